package dev.sallyport.identity.action;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What the authority said of an action. */
public sealed interface Decision {
  /**
   * A rule of a policy as it stood when it decided.
   *
   * @param policy the policy's name
   * @param version the first characters of the digest of the policy's canonical form
   * @param rule a pointer into the policy, such as {@code /spec/tools/0}
   */
  record Rule(String policy, String version, String rule) {}

  /**
   * A person's leave for one action, once.
   *
   * @param id names the approval: the attempt at which the action was held first
   * @param by the principal who gave it
   */
  record Approval(CallId id, String by) {}

  /**
   * The action may go on.
   *
   * @param resource the resource that the target is bound to
   * @param action what is done to that resource
   * @param dailyBudgetMicroUsd the most that the principal's model calls may cost in a UTC day
   * @param approval the one that was used up, where the rule wants one
   */
  record Allowed(
      Rule by,
      String resource,
      String action,
      OptionalLong dailyBudgetMicroUsd,
      Optional<Approval> approval)
      implements Decision {
    /** Without an approval, where the rule wants none. */
    public Allowed(Rule by, String resource, String action, OptionalLong dailyBudgetMicroUsd) {
      this(by, resource, action, dailyBudgetMicroUsd, Optional.empty());
    }
  }

  /**
   * The action may go on once a person has approved this very action.
   *
   * @param by the rule that wants an approval
   * @param resource as in {@link Allowed}
   * @param action as in {@link Allowed}
   * @param dailyBudgetMicroUsd as in {@link Allowed}
   * @param life how long it waits, and its approval holds, from when it was held
   */
  record Held(
      Rule by, String resource, String action, OptionalLong dailyBudgetMicroUsd, Duration life)
      implements Decision {
    /** Where the rule says none. */
    public static final Duration DEFAULT_LIFE = Duration.ofMinutes(15);

    /** With the life of a rule that says none. */
    public Held(Rule by, String resource, String action, OptionalLong dailyBudgetMicroUsd) {
      this(by, resource, action, dailyBudgetMicroUsd, DEFAULT_LIFE);
    }

    /** What this becomes by an approval. */
    Allowed with(Approval approval) {
      return new Allowed(by, resource, action, dailyBudgetMicroUsd, Optional.of(approval));
    }
  }

  /**
   * The action may not go on.
   *
   * @param refusal what the caller is told
   * @param reason a stable code for evidence, which may say more than the caller is told
   * @param by the rule that refused; empty where nothing granted
   */
  record Denied(RefusalCode refusal, String reason, Optional<Rule> by) implements Decision {}
}
