package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.label.Authority;
import dev.sallyport.sandbox.label.Label;
import java.time.Instant;

/**
 * A person's word for one held value: for just these characters, until a moment.
 *
 * @param sha256 digest of the text that the person saw
 * @param until the first moment at which it does not hold any more
 */
record Endorsement(String sha256, Instant until) {
  static Endorsement of(Held held, Instant until) {
    return new Endorsement(Digest.hex(held.text()), until);
  }

  /** A label with the authority of whoever may vouch: the organisation's, if it was less. */
  Label raised(Label label) {
    return label.authority().isAtLeast(Authority.ORG) ? label : label.withAuthority(Authority.ORG);
  }

  boolean holds(Held held, Instant now) {
    return now.isBefore(until) && sha256.equals(Digest.hex(held.text()));
  }
}
