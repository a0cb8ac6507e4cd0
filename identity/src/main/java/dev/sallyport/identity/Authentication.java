package dev.sallyport.identity;

import java.time.Duration;

/** What became of an attempt to prove an identity. */
public sealed interface Authentication {
  /** The caller is this principal. */
  record Authenticated(Principal principal) implements Authentication {}

  /** The request carried no proof at all. */
  record Anonymous() implements Authentication {}

  /**
   * The proof does not hold.
   *
   * @param reason a stable code for evidence and metrics; never shown to the caller
   */
  record Rejected(String reason) implements Authentication {}

  /** The proof could not be checked now, such as when an issuer's keys cannot be had. */
  record Unavailable(Duration retryAfter) implements Authentication {}
}
