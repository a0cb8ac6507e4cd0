package dev.sallyport.identity;

import java.util.Optional;

/** Checks one kind of bearer token. */
public interface TokenVerifier {
  /**
   * Verifies a token of this kind.
   *
   * @return empty if the token is of another kind; {@link Authentication.Rejected} if it is of this
   *     kind and does not hold
   */
  Optional<Authentication> verify(String token);

  /** Whose a token is, if it held lately and would hold now: much cheaper than to verify it. */
  default Optional<Principal> recall(String token) {
    return Optional.empty();
  }

  /**
   * Which resource would vouch for a token by what it says itself, such as {@code Issuer/login}.
   * Nothing of the token is verified, so this is for evidence alone.
   *
   * @return empty if none would that is configured, or the token is of another kind
   */
  default Optional<String> claimed(String token) {
    return Optional.empty();
  }
}
