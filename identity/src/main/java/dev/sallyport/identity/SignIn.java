package dev.sallyport.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * How and when the user of an access token signed in, as far as its issuer says. Source: RFC 9470,
 * section 6; RFC 9068, section 2.2.1.
 *
 * @param acr the class of what the user proved; empty if the token does not say
 * @param at when that was; empty if the token does not say
 */
public record SignIn(Optional<String> acr, Optional<Instant> at) {
  /** Of a proof that says nothing of it. */
  public static final SignIn UNKNOWN = new SignIn(Optional.empty(), Optional.empty());
}
