package dev.sallyport.identity.testing;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Authenticator;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.TokenVerifier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A verifier of tokens that a test made up. Thread-safe. */
public final class FixedTokens implements TokenVerifier {
  private final Map<String, Authentication> tokens = new ConcurrentHashMap<>();

  /** The principal of a SPIFFE ID, as if it had shown a JWT-SVID that never ends. */
  public static Principal principal(String spiffeId) {
    return new Principal(
        new PrincipalId(spiffeId), AuthenticationMethod.JWT_SVID, "prod", Instant.MAX);
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
    return new Authenticator(List.of(this));
  }

  @Override
  public Optional<Authentication> verify(String token) {
    return Optional.ofNullable(tokens.get(token));
  }
}
