package dev.sallyport.identity.action;

import dev.sallyport.identity.Principal;

/** Decides what may be done. Thread-safe, and never blocks. */
public interface Authority {
  /** Decides an action. An error while deciding is a denial. */
  Decision decide(Action action);

  /** Whether the principal may know that the target exists. */
  boolean visible(Principal principal, Target target);

  /**
   * By what {@link #visible} decides for a principal. While it stays equal, the answers for every
   * target stay the same, and they are the same for all principals for whom it is equal.
   */
  default Sight sight(Principal principal) {
    return Sight.once();
  }

  /** Whether the principal is shown how to search for tools, rather than the list of them. */
  default boolean searchesTools(Principal principal) {
    return false;
  }
}
