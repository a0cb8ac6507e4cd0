package dev.sallyport.identity.grant;

import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Authority;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Sight;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.turn.Turn;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides by the policies in force, which change all at once: a decision sees one set of them.
 *
 * <p>Whatever no policy and no rule that is built in grants is denied. A tool or model that is not
 * granted is answered like one that does not exist; the reason for evidence says which it was.
 */
public final class GrantAuthority implements Authority {
  private static final Logger LOG = System.getLogger(GrantAuthority.class.getName());

  private final BuiltInRules builtIn;
  private volatile PolicySet policies = PolicySet.empty();

  /**
   * An authority that grants nothing yet.
   *
   * @param quarantineModel the alias of the one model that Sallyport asks about quarantined content
   */
  public GrantAuthority(Optional<String> quarantineModel) {
    this.builtIn = new BuiltInRules(quarantineModel);
  }

  /** Puts policies in force in place of all before, for every decision that begins after this. */
  public void use(PolicySet newPolicies) {
    policies = newPolicies;
  }

  /** The policies in force. */
  public PolicySet policies() {
    return policies;
  }

  @Override
  public Decision decide(Action action) {
    var target = action.target();
    try {
      var set = policies;
      var principal = action.caller().principal();
      var turn = action.caller().turn();
      if (target instanceof Target.Model model && builtIn.mayAskModel(principal, model)) {
        return builtIn.quarantineModel(model, budget(set, turn.owner()));
      }
      return mayActIn(turn, principal)
          ? decide(set, principal, target)
          : denied(RefusalCode.UNKNOWN_TURN, "turn_of_another");
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a decision failed", e);
      return denied(unknown(target), "error");
    }
  }

  @Override
  public boolean visible(Principal principal, Target target) {
    try {
      return switch (decide(policies, principal, target)) {
        case Decision.Allowed _, Decision.Held _ -> true;
        case Decision.Denied _ -> false;
      };
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a decision failed", e);
      return false;
    }
  }

  @Override
  public Sight sight(Principal principal) {
    var set = policies;
    return set.policyOf(principal.id()).map(own -> new Sight(set, own)).orElse(new Sight(set, set));
  }

  @Override
  public boolean searchesTools(Principal principal) {
    return policies.policyOf(principal.id()).filter(AgentPolicy::searchesTools).isPresent();
  }

  /** Parts of Sallyport act in the turns of those whom they serve. */
  private static boolean mayActIn(Turn turn, Principal principal) {
    return principal.method() == AuthenticationMethod.INTERNAL
        || turn.owner().equals(principal.id());
  }

  private Decision decide(PolicySet set, Principal principal, Target target) {
    return switch (target) {
      case Target.Tool tool ->
          decideOn(set, principal, set.meaning(tool), RefusalCode.UNKNOWN_TOOL);
      case Target.Prompt prompt ->
          decideOn(set, principal, set.meaning(prompt), RefusalCode.UNKNOWN_PROMPT);
      case Target.Resource resource ->
          decideOn(set, principal, set.meaning(resource), RefusalCode.UNKNOWN_URI);
      case Target.Template template ->
          decideOn(set, principal, set.meaning(template), RefusalCode.UNKNOWN_URI);
      case Target.Model model -> decideModel(set, principal, model);
      case Target.TurnOperation operation ->
          builtIn.turnOperation(operation, budget(set, principal.id()));
      case Target.ServerInspection inspection -> builtIn.inspection(principal, inspection);
      case Target.Administration change -> builtIn.administration(principal, change);
    };
  }

  private static Decision decideOn(
      PolicySet set, Principal principal, Meaning meaning, RefusalCode unknown) {
    var found = set.policyOf(principal.id());
    if (found.isEmpty()) {
      return denied(unknown, "no_policy");
    }
    var policy = found.get();
    return switch (meaning) {
      case BoundAction bound -> decision(policy, policy.ruleOnTool(bound), bound, unknown);
      case Meaning.Unclear(var reason) -> denied(unknown, reason);
    };
  }

  private static OptionalLong budget(PolicySet set, PrincipalId principal) {
    return set.policyOf(principal)
        .map(AgentPolicy::dailyBudgetMicroUsd)
        .orElse(OptionalLong.empty());
  }

  private static Decision decideModel(PolicySet set, Principal principal, Target.Model model) {
    var found = set.policyOf(principal.id());
    if (found.isEmpty()) {
      return denied(RefusalCode.UNKNOWN_MODEL, "no_policy");
    }
    var policy = found.get();
    return decision(
        policy,
        policy.ruleOnModel(model.alias()),
        BuiltInRules.use(model),
        RefusalCode.UNKNOWN_MODEL);
  }

  private static Decision decision(
      AgentPolicy policy, Ruling ruling, BoundAction bound, RefusalCode refusal) {
    return switch (ruling) {
      case Ruling.Granted granted ->
          new Decision.Allowed(
              policy.ruleAt(granted.rule()),
              bound.resource(),
              bound.action(),
              policy.dailyBudgetMicroUsd());
      case Ruling.Held held ->
          new Decision.Held(
              policy.ruleAt(held.rule()),
              bound.resource(),
              bound.action(),
              policy.dailyBudgetMicroUsd(),
              held.life());
      case Ruling.Denied denied ->
          new Decision.Denied(refusal, "denied_by_rule", Optional.of(policy.ruleAt(denied.rule())));
      case Ruling.NotGranted notGranted -> denied(refusal, notGranted.reason());
    };
  }

  private static Decision denied(RefusalCode refusal, String reason) {
    return new Decision.Denied(refusal, reason, Optional.empty());
  }

  private static RefusalCode unknown(Target target) {
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
