package dev.sallyport.identity.svid;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.ProtectedResource;
import dev.sallyport.identity.SignIn;
import dev.sallyport.identity.svid.BundleSource.Awaited;
import dev.sallyport.identity.svid.BundleSource.Known;
import dev.sallyport.identity.svid.BundleSource.Withdrawn;
import dev.sallyport.identity.token.CompactToken;
import dev.sallyport.identity.token.KeySet;
import dev.sallyport.identity.token.SignatureAlgorithm;
import dev.sallyport.identity.token.TokenFault;
import io.spiffe.exception.InvalidSpiffeIdException;
import io.spiffe.spiffeid.SpiffeId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Verifies JWT-SVIDs. Thread-safe.
 *
 * <p>A token is checked by the keys of the trust domain that its subject is in, and by no others,
 * so one domain can never speak for another. Source: SPIFFE JWT-SVID, sections 2 to 4 and 7.
 */
public final class SvidVerifier {
  private static final Set<String> HEADERS = Set.of("alg", "kid", "typ");
  private static final Set<String> TYPES = Set.of("JWT", "JOSE");
  private static final int MAX_ID_LENGTH = 2_048;
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final SvidPolicy policy;
  private final Map<String, TrustedDomain> domains;
  private final InstantSource clock;

  public SvidVerifier(SvidPolicy policy, Collection<TrustedDomain> domains, InstantSource clock) {
    this.policy = policy;
    this.domains =
        domains.stream()
            .collect(Collectors.toUnmodifiableMap(TrustedDomain::name, Function.identity()));
    this.clock = clock;
  }

  /** Verifies a token. */
  public Authentication verify(CompactToken token) {
    try {
      var algorithm = checkHeader(token);
      var subject = subject(token);
      var domain = domain(subject);
      if (!domain.algorithms().contains(algorithm)) {
        throw new TokenFault("algorithm_not_allowed");
      }
      return switch (domain.bundle().state()) {
        case Known(TrustBundle bundle) ->
            authenticate(token, algorithm, subject, domain, bundle.jwtKeys());
        case Awaited _ -> new Unavailable(RETRY);
        case Withdrawn _ -> new Rejected("unknown_trust_domain");
      };
    } catch (TokenFault fault) {
      return new Rejected(fault.reason());
    }
  }

  /**
   * The resource of the trust domain that a token claims to be of.
   *
   * @throws TokenFault if it says none, or none that is configured
   */
  public String domainOf(CompactToken token) {
    return domain(subject(token)).resource();
  }

  private Authentication authenticate(
      CompactToken token,
      SignatureAlgorithm algorithm,
      SpiffeId subject,
      TrustedDomain domain,
      KeySet keys) {
    var kid = token.header("kid").orElseThrow(() -> new TokenFault("no_kid"));
    var key = keys.find(kid).orElseThrow(() -> new TokenFault("unknown_key"));
    algorithm.check(token, key);
    var expiresAt = token.claims().checkTimes(clock.instant(), policy.maxLifetime());
    var resources = resources(token);
    return new Authenticated(
        new Principal(
            new PrincipalId(subject.toString()),
            AuthenticationMethod.JWT_SVID,
            domain.resource(),
            expiresAt,
            token.claims().confirmation(),
            Set.of(),
            resources,
            Optional.empty(),
            SignIn.UNKNOWN));
  }

  private static SignatureAlgorithm checkHeader(CompactToken token) {
    token
        .header()
        .fieldNames()
        .forEachRemaining(name -> {
          if (!HEADERS.contains(name)) {
            throw new TokenFault("header_not_allowed");
          }
        });
    if (token.header().has("typ") && !token.header("typ").map(TYPES::contains).orElse(false)) {
      throw new TokenFault("wrong_type");
    }
    if (token.header("kid").map(String::isBlank).orElse(true)) {
      throw new TokenFault("no_kid");
    }
    return token
        .header("alg")
        .flatMap(SignatureAlgorithm::named)
        .orElseThrow(() -> new TokenFault("algorithm_not_allowed"));
  }

  private static SpiffeId subject(CompactToken token) {
    var text = token.claims().text("sub").orElseThrow(() -> new TokenFault("no_subject"));
    if (text.length() > MAX_ID_LENGTH) {
      throw new TokenFault("bad_subject");
    }
    try {
      var id = SpiffeId.parse(text);
      if (id.getPath().isEmpty()) {
        throw new TokenFault("bad_subject");
      }
      return id;
    } catch (InvalidSpiffeIdException | IllegalArgumentException _) {
      throw new TokenFault("bad_subject");
    }
  }

  private TrustedDomain domain(SpiffeId subject) {
    var domain = domains.get(subject.getTrustDomain().getName());
    if (domain == null) {
      throw new TokenFault("unknown_trust_domain");
    }
    return domain;
  }

  /** The paths that a token may be sent to; empty if to all. */
  private Set<String> resources(CompactToken token) {
    var audiences = token.claims().audiences();
    var resources =
        ProtectedResource.named(audiences, policy.audiences())
            .orElseThrow(() -> new TokenFault("wrong_audience"));
    if (policy.singleAudience() && audiences.size() > 1) {
      throw new TokenFault("several_audiences");
    }
    return resources;
  }
}
