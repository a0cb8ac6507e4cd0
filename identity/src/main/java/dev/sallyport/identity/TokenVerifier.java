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
}
