package dev.sallyport.identity.grant;

import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.KeptArguments;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.condition.Facts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One agent policy, compiled.
 *
 * @param whose what it says of whom it is for
 * @param models what it says of the use of models, by alias
 * @param budgets what its model calls may cost; empty if there is no limit
 * @param resources what it says of each, by name
 * @param searchesTools whether tools are shown by search
 * @param terms how it lives with untrusted content
 * @param kept what evidence holds of the arguments of its calls
 */
record AgentPolicy(
    String name,
    Whose whose,
    ResourceRules models,
    List<Budget> budgets,
    Map<String, ResourceRules> resources,
    boolean searchesTools,
    AgentTerms terms,
    AgentPolicySpec.Arguments kept) {
  AgentPolicy {
    budgets = List.copyOf(budgets);
    resources = Map.copyOf(resources);
  }

  /** What a policy says of whom it is for, for conditions; empty texts where it says nothing. */
  record Whose(String owner, String team, String environment) {
    Facts.Subject acting(Principal principal) {
      return new Facts.Subject(principal, owner, team, environment);
    }
  }

  /** All that it says of an action on a resource. */
  List<PolicyRule> rules(BoundAction bound) {
    return resources.getOrDefault(bound.resource(), ResourceRules.NONE).of(bound.action());
  }

  /** The actions on a resource that it names. */
  Stream<String> actions(String resource) {
    return resources.getOrDefault(resource, ResourceRules.NONE).actions();
  }

  /** Whether it says anything of the resource of an action. */
  boolean speaksOf(BoundAction bound) {
    return resources.containsKey(bound.resource());
  }

  /** What evidence holds of the arguments of a call; nothing else has arguments of the caller. */
  KeptArguments kept(Target target, BoundAction bound) {
    return target instanceof Target.Tool || target instanceof Target.Prompt
        ? switch (kept) {
          case HASH -> KeptArguments.NONE;
          case PARAMETERS -> bound.named();
          case FULL -> KeptArguments.ALL;
        }
        : KeptArguments.NONE;
  }
}
