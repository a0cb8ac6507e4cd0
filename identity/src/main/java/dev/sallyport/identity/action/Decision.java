package dev.sallyport.identity.action;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the authority said of an action. */
public sealed interface Decision {
  /**
   * A rule of a policy as it stood when it decided.
   *
   * @param policy the policy's name
   * @param version the first characters of the digest of the policy's canonical form
   * @param rule a pointer into the policy, such as {@code /spec/tools/0}
   */
  record Rule(String policy, String version, String rule) {
    /** Another rule of the same policy. */
    public Rule at(String other) {
      return new Rule(policy, version, other);
    }
  }

  /** What it stands on beside its rule. */
  Grounds grounds();

  /** The same on these grounds. */
  Decision on(Grounds others);

  /**
   * What a decision stands on beside its rule.
   *
   * @param circumstances in which it was decided; empty where it does not depend on any
   * @param userRule the rule by which the user's policy, too, grants what is done on that user's
   *     behalf
   * @param shadow what would have been decided if the rules that are only tried were in force;
   *     empty if none of them says anything
   * @param limits those that the action is counted by, if it is done
   * @param kept what evidence is to hold of the arguments
   * @param demand what an access token must hold for the action
   */
  record Grounds(
      Optional<Circumstances> circumstances,
      Optional<Rule> userRule,
      Optional<Shadow> shadow,
      List<Limit> limits,
      KeptArguments kept,
      TokenDemand demand) {
    /** Of a decision that its rule says all of. */
    public static final Grounds NONE =
        new Grounds(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            KeptArguments.NONE,
            TokenDemand.NONE);

    public Grounds {
      limits = List.copyOf(limits);
    }

    /** Grounds of which evidence holds the digest of the arguments alone. */
    public Grounds(
        Optional<Circumstances> circumstances, Optional<Rule> userRule, Optional<Shadow> shadow) {
      this(circumstances, userRule, shadow, List.of(), KeptArguments.NONE, TokenDemand.NONE);
    }

    /** The same, with something of the arguments held in evidence. */
    public Grounds keeping(KeptArguments arguments) {
      return new Grounds(circumstances, userRule, shadow, limits, arguments, demand);
    }

    private Grounds in(Circumstances others) {
      return new Grounds(Optional.of(others), userRule, shadow, limits, kept, demand);
    }

    /** The same, with what an access token must hold. */
    public Grounds demanding(TokenDemand other) {
      return new Grounds(circumstances, userRule, shadow, limits, kept, other);
    }

    /** The same, with what rules would have decided that are only tried. */
    public Grounds trying(Shadow other) {
      return new Grounds(circumstances, userRule, Optional.of(other), limits, kept, demand);
    }

    /** The same, with the rules by which the action is counted. */
    public Grounds counted(List<Limit> others) {
      return new Grounds(circumstances, userRule, shadow, others, kept, demand);
    }

    /** The grounds of a decision that only its circumstances are known of. */
    public static Grounds of(Circumstances circumstances) {
      return NONE.in(circumstances);
    }
  }

  /**
   * A bound on how often a rule lets its principal do something.
   *
   * @param by the rule that says so
   * @param perMinute the most calls in any 60 seconds; empty if that is not bounded
   * @param perTurn the most calls in one turn; empty if that is not bounded
   */
  record Limit(Rule by, OptionalInt perMinute, OptionalInt perTurn) {}

  /**
   * What rules that are only tried would have decided.
   *
   * @param decision {@code allowed}, {@code held} or {@code denied}
   * @param rule the rule by which; empty where nothing granted
   */
  record Shadow(String decision, Optional<Rule> rule) {}

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
   * @param budgets the most that the principal's model calls may cost; empty if there is no limit
   * @param approval the one that was used up, where the rule wants one
   * @param grounds what it stands on beside the rule
   */
  record Allowed(
      Rule by,
      String resource,
      String action,
      List<Budget> budgets,
      Optional<Approval> approval,
      Grounds grounds)
      implements Decision {
    public Allowed {
      budgets = List.copyOf(budgets);
    }

    /** Without an approval, where the rule wants none. */
    public Allowed(Rule by, String resource, String action, List<Budget> budgets) {
      this(by, resource, action, budgets, Optional.empty(), Grounds.NONE);
    }

    @Override
    public Allowed on(Grounds others) {
      return new Allowed(by, resource, action, budgets, approval, others);
    }
  }

  /**
   * The action may go on once a person has approved this very action.
   *
   * @param by the rule that wants an approval
   * @param resource as in {@link Allowed}
   * @param action as in {@link Allowed}
   * @param budgets as in {@link Allowed}
   * @param life how long it waits, and its approval holds, from when it was held
   * @param remedies what else the caller can do
   * @param grounds as in {@link Allowed}
   */
  record Held(
      Rule by,
      String resource,
      String action,
      List<Budget> budgets,
      Duration life,
      List<Remedy> remedies,
      Grounds grounds)
      implements Decision {
    /** Where the rule says none. */
    public static final Duration DEFAULT_LIFE = Duration.ofMinutes(15);

    public Held {
      budgets = List.copyOf(budgets);
      remedies = List.copyOf(remedies);
    }

    /** Without remedies. */
    public Held(Rule by, String resource, String action, List<Budget> budgets, Duration life) {
      this(by, resource, action, budgets, life, List.of(), Grounds.NONE);
    }

    /** With the life of a rule that says none. */
    public Held(Rule by, String resource, String action, List<Budget> budgets) {
      this(by, resource, action, budgets, DEFAULT_LIFE);
    }

    @Override
    public Held on(Grounds others) {
      return new Held(by, resource, action, budgets, life, remedies, others);
    }

    /** What this becomes by an approval. */
    Allowed with(Approval approval) {
      return new Allowed(by, resource, action, budgets, Optional.of(approval), grounds);
    }
  }

  /**
   * The action may not go on.
   *
   * @param refusal what the caller is told
   * @param reason a stable code for evidence, which may say more than the caller is told
   * @param by the rule that refused; empty where nothing granted
   * @param remedies what the caller can do instead
   * @param retryAfter how long to wait before it is worth to ask again; empty if waiting is no help
   * @param grounds as in {@link Allowed}
   */
  record Denied(
      RefusalCode refusal,
      String reason,
      Optional<Rule> by,
      List<Remedy> remedies,
      Optional<Duration> retryAfter,
      Grounds grounds)
      implements Decision {
    public Denied {
      remedies = List.copyOf(remedies);
    }

    /** Without remedies. */
    public Denied(RefusalCode refusal, String reason, Optional<Rule> by) {
      this(refusal, reason, by, List.of(), Optional.empty(), Grounds.NONE);
    }

    @Override
    public Denied on(Grounds others) {
      return new Denied(refusal, reason, by, remedies, retryAfter, others);
    }
  }
}
