package dev.sallyport.identity.trust;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.CertificateVerifier;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.svid.BundleSource.Withdrawn;
import dev.sallyport.identity.svid.TrustBundle;
import dev.sallyport.identity.svid.TrustedDomain;
import dev.sallyport.identity.token.Digest;
import dev.sallyport.identity.token.VerifiedTokens;
import dev.sallyport.identity.x509.CertificateFault;
import dev.sallyport.identity.x509.Purpose;
import dev.sallyport.identity.x509.X509SvidVerifier;
import java.io.ByteArrayOutputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Verifies the X.509-SVIDs of peers, as the trust domains of one moment want it. Thread-safe.
 *
 * <p>A connection outlives many requests, and each of them asks here: a chain that held lately
 * is known by its digest, and known no longer once it has ended or the bundle of any trust
 * domain changed.
 */
final class PeerCertificates implements CertificateVerifier {
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Map<String, TrustedDomain> domains;
  private final X509SvidVerifier verifier = new X509SvidVerifier(Purpose.CLIENT);
  private final VerifiedTokens verified;
  private final InstantSource clock;

  PeerCertificates(Collection<TrustedDomain> domains, InstantSource clock) {
    this.domains =
        domains.stream()
            .collect(Collectors.toUnmodifiableMap(TrustedDomain::name, Function.identity()));
    this.verified = new VerifiedTokens(clock);
    this.clock = clock;
  }

  /** Forgets what held, such as when keys changed. */
  void forget() {
    verified.forget();
  }

  @Override
  public Optional<Principal> recall(List<X509Certificate> chain) {
    return verified.find(digest(chain));
  }

  @Override
  public Authentication verify(List<X509Certificate> chain) {
    var generation = verified.generation();
    try {
      var answer = authenticate(chain);
      if (answer instanceof Authenticated(Principal principal)) {
        verified.remember(digest(chain), principal, generation);
      }
      return answer;
    } catch (CertificateFault fault) {
      return new Rejected(fault.reason());
    }
  }

  private Authentication authenticate(List<X509Certificate> chain) {
    var domain = domains.get(X509SvidVerifier.claimedDomain(chain));
    if (domain == null) {
      return new Rejected("unknown_trust_domain");
    }
    return switch (domain.bundle().state()) {
      case Known(TrustBundle bundle) -> authenticate(chain, domain, bundle);
      case Awaited _ -> new Unavailable(RETRY);
      case Withdrawn _ -> new Rejected("unknown_trust_domain");
    };
  }

  private Authentication authenticate(
      List<X509Certificate> chain, TrustedDomain domain, TrustBundle bundle) {
    var svid = verifier.verify(chain, domain.name(), bundle.x509Authorities(), clock.instant());
    return new Authenticated(
        new Principal(
            new PrincipalId(svid.id().toString()),
            AuthenticationMethod.X509_SVID,
            domain.resource(),
            svid.expiresAt()));
  }

  /** That of all that was shown: DER says where each certificate ends. */
  private static Digest digest(List<X509Certificate> chain) {
    try {
      var whole = new ByteArrayOutputStream();
      for (var certificate : chain) {
        whole.writeBytes(certificate.getEncoded());
      }
      return Digest.of(whole.toByteArray());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that came by TLS has an encoding", e);
    }
  }
}
