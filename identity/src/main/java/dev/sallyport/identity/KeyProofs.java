package dev.sallyport.identity;

import dev.sallyport.identity.Authentication.Rejected;
import java.util.Optional;

/** Checks that who shows a token holds the key that the token is bound to. */
@FunctionalInterface
public interface KeyProofs {
  /** Takes no proof at all. */
  KeyProofs NONE = (_, _, _) -> Optional.of(new Rejected("proof_not_taken"));

  /**
   * Why a request does not prove it.
   *
   * @param token as it was shown
   * @param thumbprint of the key, by RFC 7638
   * @return empty if it does; it does so once
   */
  Optional<Authentication> fault(Presented presented, String token, String thumbprint);
}
