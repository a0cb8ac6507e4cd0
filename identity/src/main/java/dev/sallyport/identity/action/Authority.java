package dev.sallyport.identity.action;

import dev.sallyport.identity.Principal;
import java.time.Instant;
import java.util.Optional;

/** Decides what may be done. Thread-safe, and never blocks. */
public interface Authority {
  /** Decides an action. An error while deciding is a denial. */
  Decision decide(Action action);

  /**
   * Whether an action that is under way may go on. Nothing is used up by asking.
   *
   * @param before how it was allowed
   */
  default boolean stillAllows(Action action, Decision.Allowed before) {
    return !(decide(action) instanceof Decision.Denied);
  }

  /**
   * Counts an action that it has allowed, or has held and a person has approved.
   *
   * @param at when
   * @return why it may not go on after all, and nothing was counted; empty if it may
   */
  default Optional<Decision.Denied> admit(Action action, Decision decision, Instant at) {
    return Optional.empty();
  }

  /**
   * Counts an action no more that did not go on after all.
   *
   * @param at when it was counted
   */
  default void takeBack(Action action, Decision decision, Instant at) {}

  /**
   * The rule by which an action is granted, whatever its caller's token holds and however often it
   * was done; empty if none grants it.
   */
  default Optional<Decision.Rule> grant(Action action) {
    return switch (decide(action)) {
      case Decision.Allowed allowed -> Optional.of(allowed.by());
      case Decision.Held held -> Optional.of(held.by());
      case Decision.Denied _ -> Optional.empty();
    };
  }

  /** Whether the principal may know that the target exists. */
  boolean visible(Principal principal, Target target);

  /**
   * Whether anything that a server may have could be {@link #visible} to the principal, whatever
   * the server has now and whether or not there is one of that name.
   */
  default boolean mayKnow(Principal principal, String server) {
    return true;
  }

  /**
   * By what {@link #visible} decides for a principal. While it stays equal, the answers for every
   * target stay the same, and they are the same for all principals for whom it is equal.
   */
  default Sight sight(Principal principal) {
    return Sight.once();
  }

  /** How the principal lives with untrusted content. */
  default AgentTerms terms(Principal principal) {
    return AgentTerms.STRICT;
  }

  /** Whether the principal is shown how to search for tools, rather than the list of them. */
  default boolean searchesTools(Principal principal) {
    return false;
  }
}
