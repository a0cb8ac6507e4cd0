package dev.sallyport.sandbox.contract;

import dev.sallyport.sandbox.label.Authority;
import java.util.Set;

/**
 * What may go into an argument.
 *
 * @param authority on whose word; that of the least of these is enough; any if there is none
 * @param readersCover whether all whom the call reaches must be among those who may read it
 * @param otherwise what comes of a call where this does not hold
 */
public record ArgumentRule(Set<Authority> authority, boolean readersCover, Otherwise otherwise) {
  /** What comes of a call that a rule does not let pass. */
  public enum Otherwise {
    /** A person is asked. */
    ASK,
    /** It is refused. */
    DENY
  }

  public ArgumentRule {
    authority = Set.copyOf(authority);
    if (authority.isEmpty() && !readersCover) {
      throw new IllegalArgumentException(
          "a rule of an argument says which authority it must have, or that its readers must cover"
              + " the audience");
    }
  }

  /** Whether a value of that authority may go in. */
  public boolean permits(Authority given) {
    return authority.isEmpty() || authority.stream().anyMatch(given::isAtLeast);
  }
}
