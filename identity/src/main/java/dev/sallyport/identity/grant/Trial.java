package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision.Limit;
import dev.sallyport.identity.condition.Facts;
import dev.sallyport.identity.condition.Verdict;
import dev.sallyport.identity.grant.Considered.Match;
import dev.sallyport.identity.grant.Considered.Says;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Goes through the rules of one policy on one action. For one thread. */
final class Trial {
  private static final String BY_RULE = "denied_by_rule";
  private static final String FAILED = "condition_failed.";

  private final AgentPolicy policy;
  private final List<PolicyRule> rules;
  private final String unsaid;
  private final Optional<Facts> facts;
  private final Story story;

  /** What conditions said so far, by the place of their rules. */
  private final @Nullable Verdict[] verdicts;

  /** Is told of every rule that is considered. */
  @FunctionalInterface
  interface Story {
    /** Of a decision that nobody wants explained. */
    Story NONE = (_, _, _, _) -> {};

    void considered(AgentPolicy policy, PolicyRule rule, Match match, String why);
  }

  /**
   * A trial.
   *
   * @param rules in the order in which they are considered
   * @param unsaid why it is not granted if none of them says anything
   * @param facts what conditions look at; empty to find out what might be granted, whatever the
   *     facts are
   */
  Trial(
      AgentPolicy policy,
      List<PolicyRule> rules,
      String unsaid,
      Optional<Facts> facts,
      Story story) {
    this.policy = policy;
    this.rules = rules;
    this.unsaid = unsaid;
    this.facts = facts;
    this.story = story;
    this.verdicts = new Verdict[rules.size()];
  }

  /** What the rules say that are in force. */
  Ruling ruling() {
    return rule(false);
  }

  /** What they would say with those that are only tried; empty if none of those has a part. */
  Optional<Ruling> shadow() {
    if (facts.isEmpty() || rules.stream().noneMatch(PolicyRule::shadow)) {
      return Optional.empty();
    }
    boolean any = false;
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      if (rule.shadow()) {
        var verdict = verdict(i);
        story.considered(policy, rule, shadow(verdict), why(rule, verdict));
        any |= verdict instanceof Verdict.Failed || verdict.equals(Verdict.TRUE);
      }
    }
    return any ? Optional.of(rule(true)) : Optional.empty();
  }

  private static Match shadow(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fulfilled(var is) -> is ? Match.SHADOW : Match.NOT_MATCHED;
      case Verdict.Failed _ -> Match.FAILED;
    };
  }

  /**
   * Denials come first, then grants, then what is wanted for a grant. What can change nothing any
   * more is passed over, unless somebody wants to know of it.
   */
  private Ruling rule(boolean tried) {
    Ruling ruling = new Ruling.NotGranted(unsaid);
    var limits = new ArrayList<Limit>(0);
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      if ((rule.shadow() && !tried) || isIdle(rule, ruling)) {
        continue;
      }
      var verdict = verdict(i);
      if (!tried) {
        tell(rule, verdict);
      }
      if (ruling instanceof Ruling.Denied) {
        continue;
      }
      ruling =
          switch (verdict) {
            case Verdict.Fulfilled(var is) ->
                is ? matched(ruling, rule, limits) : unmet(ruling, rule);
            case Verdict.Failed(var reason) -> failed(ruling, rule, reason);
          };
    }
    return switch (ruling) {
      case Ruling.Granted(var by, _) -> new Ruling.Granted(by, limits);
      case Ruling.Held(var by, _) -> new Ruling.Held(by, limits);
      case Ruling.Denied _, Ruling.NotGranted _ -> ruling;
    };
  }

  @SuppressWarnings("ReferenceEquality") // there is one that nobody listens to
  private boolean isIdle(PolicyRule rule, Ruling ruling) {
    return story == Story.NONE
        && switch (ruling) {
          case Ruling.Denied _ -> true;
          case Ruling.Granted _, Ruling.Held _ -> rule.says() == Says.ALLOW;
          case Ruling.NotGranted _ -> rule.says() == Says.APPROVE || rule.says() == Says.LIMIT;
        };
  }

  /** A condition is looked at once. */
  private Verdict verdict(int place) {
    var known = verdicts[place];
    if (known == null) {
      known = test(rules.get(place));
      verdicts[place] = known;
    }
    return known;
  }

  /** Where the facts matter and are not known, a grant might hold, and all else might not. */
  private Verdict test(PolicyRule rule) {
    if (facts.isPresent()) {
      return rule.condition().test(facts.get());
    }
    return rule.condition()
        .settled()
        .orElse(rule.says() == Says.ALLOW ? Verdict.TRUE : Verdict.FALSE);
  }

  private static Ruling matched(Ruling ruling, PolicyRule rule, List<Limit> limits) {
    return switch (rule.says()) {
      case DENY -> new Ruling.Denied(rule, BY_RULE);
      case ALLOW ->
          ruling instanceof Ruling.NotGranted ? new Ruling.Granted(rule, List.of()) : ruling;
      case APPROVE -> ruling instanceof Ruling.Granted ? new Ruling.Held(rule, List.of()) : ruling;
      case LIMIT -> {
        rule.limit().ifPresent(limits::add);
        yield ruling;
      }
    };
  }

  private static Ruling unmet(Ruling ruling, PolicyRule rule) {
    return rule.says() == Says.ALLOW
            && ruling instanceof Ruling.NotGranted(var reason)
            && !reason.startsWith(FAILED)
        ? new Ruling.NotGranted("condition_not_met")
        : ruling;
  }

  /** What could not be looked at grants nothing, and whatever else it says, it denies. */
  private static Ruling failed(Ruling ruling, PolicyRule rule, String reason) {
    return switch (rule.says()) {
      case DENY -> new Ruling.Denied(rule, FAILED + reason);
      case ALLOW ->
          ruling instanceof Ruling.NotGranted ? new Ruling.NotGranted(FAILED + reason) : ruling;
      case APPROVE, LIMIT ->
          ruling instanceof Ruling.NotGranted ? ruling : new Ruling.Denied(rule, FAILED + reason);
    };
  }

  private void tell(PolicyRule rule, Verdict verdict) {
    var match =
        switch (verdict) {
          case Verdict.Fulfilled(var is) -> is ? Match.MATCHED : Match.NOT_MATCHED;
          case Verdict.Failed _ -> Match.FAILED;
        };
    story.considered(policy, rule, match, why(rule, verdict));
  }

  private static String why(PolicyRule rule, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Fulfilled(var is) ->
          rule.isUnconditional() ? "unconditional" : is ? "condition_true" : "condition_false";
      case Verdict.Failed(var reason) -> FAILED + reason;
    };
  }
}
