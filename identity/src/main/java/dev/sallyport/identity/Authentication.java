package dev.sallyport.identity;

import java.time.Duration;
import java.util.List;

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

  /** The proof holds, but an administrator keeps this principal out. */
  record Revoked(Principal holder) implements Authentication {}

  /**
   * The proof holds, but its issuer does not let this principal in.
   *
   * @param scopes those that the token must have; it lacks at least one
   */
  record LacksScope(Principal principal, List<String> scopes) implements Authentication {
    public LacksScope {
      scopes = List.copyOf(scopes);
    }
  }

  /**
   * The proof holds, but for a nonce of the gateway's own. Source: RFC 9449, section 9.
   *
   * @param reason as in {@link Rejected}
   */
  record WantsNonce(String reason) implements Authentication {}

  /** The proof could not be checked now, such as when an issuer's keys cannot be had. */
  record Unavailable(Duration retryAfter) implements Authentication {}
}
