package dev.sallyport.identity.testing;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.CertificateVerifier;
import dev.sallyport.identity.Confirmation;
import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.KeyProofs;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.Revocations;
import dev.sallyport.identity.TokenVerifier;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A verifier of tokens that a test made up. Thread-safe. */
public final class FixedTokens implements TokenVerifier {
  private final Map<String, Authentication> tokens = new ConcurrentHashMap<>();

  /** The principal of a SPIFFE ID, as if it had shown a JWT-SVID that never ends. */
  public static Principal principal(String spiffeId) {
    return new Principal(
        new PrincipalId(spiffeId), AuthenticationMethod.JWT_SVID, "prod", Instant.MAX);
  }

  /** The same on behalf of a user. */
  public static Principal principal(String spiffeId, String user, String... chain) {
    return new Principal(
        new PrincipalId(spiffeId),
        AuthenticationMethod.ACCESS_TOKEN,
        "corp",
        Instant.MAX,
        Confirmation.NONE,
        Set.of(),
        Optional.of(
            new Delegation(
                new PrincipalId(user),
                "corp",
                Arrays.stream(chain).map(PrincipalId::new).toList())));
  }

  /** From now on, this token is of the principal of this SPIFFE ID. */
  public FixedTokens with(String token, String spiffeId) {
    return with(token, new Authentication.Authenticated(principal(spiffeId)));
  }

  /** From now on, this token has this answer. */
  public FixedTokens with(String token, Authentication answer) {
    tokens.put(token, answer);
    return this;
  }

  /** An authenticator that knows these tokens and no others. */
  public Authenticator authenticator() {
    return authenticator(Revocations.NONE);
  }

  /** The same, which keeps some out. */
  public Authenticator authenticator(Revocations revocations) {
    return new Authenticator(
        List.of(this), CertificateVerifier.none(), KeyProofs.NONE, revocations, new TestingClock());
  }

  @Override
  public Optional<Authentication> verify(String token) {
    return Optional.ofNullable(tokens.get(token));
  }
}
