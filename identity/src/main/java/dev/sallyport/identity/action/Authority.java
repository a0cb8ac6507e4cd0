package dev.sallyport.identity.action;

import dev.sallyport.identity.Principal;

/** Decides what may be done. Thread-safe, and never blocks. */
public interface Authority {
  /** Decides an action. An error while deciding is a denial. */
  Decision decide(Action action);

  /** Whether the principal may know that the target exists. */
  boolean visible(Principal principal, Target target);

  /** Whether the principal is shown how to search for tools, rather than the list of them. */
  default boolean searchesTools(Principal principal) {
    return false;
  }
}
