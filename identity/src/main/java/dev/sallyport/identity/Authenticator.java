package dev.sallyport.identity;

import dev.sallyport.identity.Authentication.Anonymous;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.LacksScope;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Revoked;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.Authentication.WantsNonce;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Finds out who sent a request, from what it shows. Thread-safe.
 *
 * <p>A request proves itself by a token, or by the certificate of its connection. Where it shows
 * both, they are of one principal, or the token is bound to that very certificate; neither is ever
 * ignored.
 */
public final class Authenticator {
  private final List<TokenVerifier> tokens;
  private final CertificateVerifier certificates;
  private final Revocations revocations;
  private final Confirmations confirmations;
  private final boolean certificateRequired;

  /**
   * An authenticator.
   *
   * @param revocations who is not let in whatever it shows, asked each time
   */
  public Authenticator(
      List<TokenVerifier> tokens,
      CertificateVerifier certificates,
      KeyProofs proofs,
      Revocations revocations,
      InstantSource clock) {
    this(tokens, certificates, revocations, new Confirmations(proofs, clock), false);
  }

  /** Without proofs of keys: no token that is bound to a key holds. */
  public Authenticator(
      List<TokenVerifier> tokens, CertificateVerifier certificates, InstantSource clock) {
    this(tokens, certificates, KeyProofs.NONE, Revocations.NONE, clock);
  }

  private Authenticator(
      List<TokenVerifier> tokens,
      CertificateVerifier certificates,
      Revocations revocations,
      Confirmations confirmations,
      boolean certificateRequired) {
    this.tokens = List.copyOf(tokens);
    this.certificates = certificates;
    this.revocations = revocations;
    this.confirmations = confirmations;
    this.certificateRequired = certificateRequired;
  }

  /** The same, for requests of which none may do without a certificate. */
  public Authenticator requiringCertificates() {
    return new Authenticator(tokens, certificates, revocations, confirmations, true);
  }

  /**
   * Authenticates a request.
   *
   * @param presented all that it shows of who sent it
   */
  public Authentication authenticate(Presented presented) {
    return admitted(prove(presented, true));
  }

  /**
   * What would become of the same proof now. What a token is bound to was shown when it was taken
   * first, and is not asked for again.
   */
  public Authentication again(Presented presented) {
    return admitted(prove(presented, false));
  }

  private Authentication admitted(Authentication answer) {
    return answer instanceof Authenticated(Principal principal) && revocations.has(principal)
        ? new Revoked(principal)
        : answer;
  }

  private Authentication prove(Presented presented, boolean confirmed) {
    if (lacksCertificate(presented)) {
      return new Rejected("no_certificate");
    }
    var authorizations = presented.authorizations();
    if (authorizations.isEmpty()) {
      return presented.certificates().isEmpty()
          ? new Anonymous()
          : certificates.verify(presented.certificates());
    }
    if (authorizations.size() > 1) {
      return new Rejected("two_tokens");
    }
    var shown = ShownToken.of(authorizations.getFirst());
    if (shown.text().isEmpty()) {
      return new Rejected("not_bearer");
    }
    var answer = verify(shown.text());
    return switch (answer) {
      case Authenticated(Principal holder) -> together(presented, shown, holder, confirmed);
      case LacksScope(Principal holder, var _) -> {
        var proved = together(presented, shown, holder, confirmed);
        yield proved instanceof Authenticated ? answer : proved;
      }
      case Anonymous _, Rejected _, Revoked _, WantsNonce _, Unavailable _ -> answer;
    };
  }

  /**
   * What there is to say of a request whose token or certificate held lately and would hold now.
   * Without an answer the request is still to be authenticated.
   */
  public Optional<Authentication> recall(Presented presented) {
    var authorizations = presented.authorizations();
    if (authorizations.isEmpty() && !presented.certificates().isEmpty()) {
      return certificates
          .recall(presented.certificates())
          .map(holder -> admitted(new Authenticated(holder)));
    }
    if (authorizations.size() != 1 || lacksCertificate(presented)) {
      return Optional.empty();
    }
    var shown = ShownToken.of(authorizations.getFirst());
    for (var verifier : tokens) {
      var known = verifier.recall(shown.text());
      if (known.isPresent()) {
        return Optional.of(admitted(together(presented, shown, known.get(), true)));
      }
    }
    return Optional.empty();
  }

  /**
   * Which resource would vouch for the one token of a request by what it says itself, whether or
   * not it holds; as {@link TokenVerifier#claimed}.
   */
  public Optional<String> claimed(Presented presented) {
    if (presented.authorizations().size() != 1) {
      return Optional.empty();
    }
    var shown = ShownToken.of(presented.authorizations().getFirst());
    return tokens.stream().flatMap(verifier -> verifier.claimed(shown.text()).stream()).findFirst();
  }

  private boolean lacksCertificate(Presented presented) {
    return certificateRequired && presented.certificates().isEmpty();
  }

  private Authentication verify(String token) {
    for (var verifier : tokens) {
      var answer = verifier.verify(token);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return new Rejected("unknown_token_form");
  }

  /**
   * The holder of the token, if all else that the request shows is the holder's too.
   *
   * @param confirmed whether what the token is bound to must be shown
   */
  private Authentication together(
      Presented presented, ShownToken shown, Principal holder, boolean confirmed) {
    var answer = withCertificate(presented.certificates(), holder);
    if (!confirmed || !(answer instanceof Authenticated)) {
      return answer;
    }
    return confirmations.fault(presented, shown, holder).orElse(answer);
  }

  /**
   * The holder of a token, if the certificate is its own too. The token says more, such as on whose
   * behalf it acts, so what it says holds; until the first of both ends.
   */
  private Authentication withCertificate(List<X509Certificate> chain, Principal holder) {
    if (chain.isEmpty()) {
      return new Authenticated(holder);
    }
    if (holder.confirmation() instanceof Confirmation.Certificate) {
      return new Authenticated(holder.until(chain.getFirst().getNotAfter().toInstant()));
    }
    var known = certificates.recall(chain);
    var answer = known.isPresent() ? new Authenticated(known.get()) : certificates.verify(chain);
    if (!(answer instanceof Authenticated(Principal peer))) {
      return answer;
    }
    return peer.id().equals(holder.id())
        ? new Authenticated(holder.until(peer.expiresAt()))
        : new Rejected("two_principals");
  }
}
