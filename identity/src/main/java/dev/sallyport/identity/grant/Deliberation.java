package dev.sallyport.identity.grant;

import dev.sallyport.identity.Delegation;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Decision.Grounds;
import dev.sallyport.identity.action.Decision.Limit;
import dev.sallyport.identity.action.KeptArguments;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.condition.Facts;
import dev.sallyport.identity.grant.Trial.Story;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides one inquiry by one set of policies. For one thread. */
final class Deliberation {
  private final PolicySet policies;
  private final Inquiry inquiry;
  private final Extent extent;
  private final Story story;

  /** What is looked at. */
  enum Extent {
    /** What policies name, without conditions: what might be granted. */
    NAMES,
    /** All that policies say. */
    POLICIES,
    /** And what a token must hold. */
    ALL
  }

  /**
   * What is decided, and what would be if the rules that are only tried were in force.
   *
   * @param tried empty if none of those has a part
   */
  private record Answer(Decision decision, Optional<Decision> tried) {
    private Decision orTried() {
      return tried.orElse(decision);
    }

    private boolean isDenied() {
      return decision instanceof Decision.Denied && orTried() instanceof Decision.Denied;
    }
  }

  /**
   * A deliberation.
   *
   * @param extent what is looked at
   */
  Deliberation(PolicySet policies, Inquiry inquiry, Extent extent, Story story) {
    this.policies = policies;
    this.inquiry = inquiry;
    this.extent = extent;
    this.story = story;
  }

  Decision decide() {
    return BuiltInRules.decide(inquiry.principal(), inquiry.target())
        .orElseGet(this::decideByPolicies);
  }

  /** Who acts on a user's behalf may do what both of them may. Of what is not built in. */
  Decision decideByPolicies() {
    var meaning = policies.meaning(inquiry.target());
    if (meaning instanceof Meaning.Unclear(var reason)) {
      return denied(unknown(inquiry.target()), reason);
    }
    return decide((BoundAction) meaning);
  }

  /** The same, of what the target means. */
  Decision decide(BoundAction bound) {
    var principal = inquiry.principal();
    var policy = policies.policyOf(principal.id());
    var own = answer(policy, bound, "no_policy");
    var answer = principal.delegation().map(delegation -> both(own, delegation, bound)).orElse(own);
    var decision = demanding(answer.decision());
    var kept = policy.map(one -> one.kept(inquiry.target(), bound)).orElse(KeptArguments.NONE);
    if (answer.tried().isEmpty() && kept.equals(KeptArguments.NONE)) {
      return decision;
    }
    var grounds = decision.grounds().keeping(kept);
    return decision.on(
        answer.tried().map(tried -> grounds.trying(shadow(demanding(tried)))).orElse(grounds));
  }

  /** What a policy of the agent's own denies anyway is denied whatever its user's says. */
  @SuppressWarnings("ReferenceEquality") // there is one that nobody listens to
  private Answer both(Answer own, Delegation delegation, BoundAction bound) {
    if (own.isDenied() && story == Story.NONE) {
      return own;
    }
    var users = answer(policies.userPolicyOf(delegation.user()), bound, "no_user_policy");
    return own.isDenied() ? own : both(own, users);
  }

  private static Decision.Shadow shadow(Decision tried) {
    return switch (tried) {
      case Decision.Allowed allowed -> new Decision.Shadow("allowed", Optional.of(allowed.by()));
      case Decision.Held held -> new Decision.Shadow("held", Optional.of(held.by()));
      case Decision.Denied denied -> new Decision.Shadow("denied", denied.by());
    };
  }

  /**
   * What is granted goes on with an access token that holds what bindings demand. This comes after
   * what policies say, so that nobody is told what to get for something that is not granted; and
   * before a person is asked. What might be granted is seen without it: one gets a token for it.
   */
  private Decision demanding(Decision decision) {
    var demands = extent == Extent.ALL ? policies.demands(inquiry.target()) : List.<Demand>of();
    if (demands.isEmpty() || decision instanceof Decision.Denied) {
      return decision;
    }
    var all = PolicySet.together(demands);
    var grounds = decision.grounds().demanding(all);
    return all.unmet(inquiry.principal(), inquiry.circumstances().time())
        .map(code -> refused(code, demands).on(grounds.counted(List.of())))
        .orElseGet(() -> decision.on(grounds));
  }

  private Decision refused(RefusalCode code, List<Demand> demands) {
    var time = inquiry.circumstances().time();
    var by =
        demands.stream()
            .filter(one -> one.token().unmet(inquiry.principal(), time).equals(Optional.of(code)))
            .map(Demand::by)
            .findFirst();
    return new Decision.Denied(code, code.code(), by);
  }

  private Answer answer(Optional<AgentPolicy> found, BoundAction bound, String none) {
    if (found.isEmpty()) {
      return new Answer(denied(unknown(inquiry.target()), none), Optional.empty());
    }
    var policy = found.get();
    var trial =
        new Trial(
            policy,
            rules(policy, bound),
            policy.speaksOf(bound) ? "action_not_granted" : "no_rule",
            extent == Extent.NAMES ? Optional.empty() : Optional.of(facts(policy, bound)),
            story);
    return new Answer(
        decision(policy, bound, trial.ruling()),
        trial.shadow().map(ruling -> decision(policy, bound, ruling)));
  }

  private List<PolicyRule> rules(AgentPolicy policy, BoundAction bound) {
    return inquiry.target() instanceof Target.Model model
        ? policy.models().of(model.alias())
        : policy.rules(bound);
  }

  private Facts facts(AgentPolicy policy, BoundAction bound) {
    return facts(inquiry, policy, bound);
  }

  /** What the conditions of a policy are about. */
  static Facts facts(Inquiry inquiry, AgentPolicy policy, BoundAction bound) {
    var target = inquiry.target();
    return new Facts(
        policy.whose().acting(inquiry.principal()),
        new Facts.Doing(
            target instanceof Target.Tool tool ? tool.tool() : "",
            target.server(),
            bound.resource(),
            bound.action(),
            bound.parameters()),
        inquiry.arguments(),
        inquiry.circumstances());
  }

  private Decision decision(AgentPolicy policy, BoundAction bound, Ruling ruling) {
    var refusal = unknown(inquiry.target());
    return switch (ruling) {
      case Ruling.Granted(var by, var limits) ->
          new Decision.Allowed(by.by(), bound.resource(), bound.action(), policy.budgets())
              .on(grounds(limits));
      case Ruling.Held(var by, var limits) ->
          new Decision.Held(by.by(), bound.resource(), bound.action(), policy.budgets(), by.life())
              .on(grounds(limits));
      case Ruling.Denied(var by, var reason) ->
          new Decision.Denied(refusal, reason, Optional.of(by.by()))
              .on(Grounds.of(inquiry.circumstances()));
      case Ruling.NotGranted(var reason) -> denied(refusal, reason);
    };
  }

  private Grounds grounds(List<Limit> limits) {
    return Grounds.of(inquiry.circumstances()).counted(limits);
  }

  private static Answer both(Answer own, Answer users) {
    var tried =
        own.tried().isEmpty() && users.tried().isEmpty()
            ? Optional.<Decision>empty()
            : Optional.of(both(own.orTried(), users.orTried()));
    return new Answer(both(own.decision(), users.decision()), tried);
  }

  /** The lesser of two decisions. */
  private static Decision both(Decision own, Decision users) {
    return switch (own) {
      case Decision.Denied denied -> denied;
      case Decision.Held held ->
          switch (users) {
            case Decision.Denied denied -> denied;
            case Decision.Held other ->
                held(held, other, held, shorter(held.life(), other.life()), other.by());
            case Decision.Allowed other -> held(held, other, held, held.life(), other.by());
          };
      case Decision.Allowed allowed ->
          switch (users) {
            case Decision.Denied denied -> denied;
            case Decision.Held other -> held(allowed, other, other, other.life(), other.by());
            case Decision.Allowed other ->
                new Decision.Allowed(
                        allowed.by(),
                        allowed.resource(),
                        allowed.action(),
                        budgets(allowed.budgets(), other.budgets()))
                    .on(together(allowed, other, other.by()));
          };
    };
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Decision held(
      Decision own, Decision users, Decision.Held holds, Duration life, Decision.Rule userRule) {
    return new Decision.Held(
            holds.by(),
            holds.resource(),
            holds.action(),
            budgets(budgets(own), budgets(users)),
            life)
        .on(together(own, users, userRule));
  }

  private static List<Budget> budgets(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> allowed.budgets();
      case Decision.Held held -> held.budgets();
      case Decision.Denied _ -> List.of();
    };
  }

  private static List<Budget> budgets(List<Budget> own, List<Budget> users) {
    return Stream.concat(own.stream(), users.stream()).distinct().toList();
  }

  private static Grounds together(Decision own, Decision users, Decision.Rule userRule) {
    return new Grounds(own.grounds().circumstances(), Optional.of(userRule), Optional.empty())
        .counted(
            Stream.concat(own.grounds().limits().stream(), users.grounds().limits().stream())
                .toList());
  }

  private Decision denied(RefusalCode refusal, String reason) {
    return new Decision.Denied(refusal, reason, Optional.empty())
        .on(Grounds.of(inquiry.circumstances()));
  }

  static RefusalCode unknown(Target target) {
    return switch (target) {
      case Target.Tool _ -> RefusalCode.UNKNOWN_TOOL;
      case Target.Prompt _ -> RefusalCode.UNKNOWN_PROMPT;
      case Target.Resource _, Target.Template _ -> RefusalCode.UNKNOWN_URI;
      case Target.Model _ -> RefusalCode.UNKNOWN_MODEL;
      case Target.ServerInspection _ -> RefusalCode.UNKNOWN_SERVER;
      case Target.TurnOperation _, Target.Administration _ -> RefusalCode.FORBIDDEN;
    };
  }
}
