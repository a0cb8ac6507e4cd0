package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision.Limit;
import java.util.List;

/** What a policy says of an action, after all its rules. */
sealed interface Ruling {
  /** The policy grants it. */
  record Granted(PolicyRule rule, List<Limit> limits) implements Ruling {
    public Granted {
      limits = List.copyOf(limits);
    }
  }

  /**
   * The policy grants it once a person has approved it.
   *
   * @param rule the one that wants that
   */
  record Held(PolicyRule rule, List<Limit> limits) implements Ruling {
    public Held {
      limits = List.copyOf(limits);
    }
  }

  /**
   * The policy denies it.
   *
   * @param reason a stable code for evidence
   */
  record Denied(PolicyRule rule, String reason) implements Ruling {}

  /**
   * The policy does not grant it.
   *
   * @param reason a stable code for evidence
   */
  record NotGranted(String reason) implements Ruling {}
}
