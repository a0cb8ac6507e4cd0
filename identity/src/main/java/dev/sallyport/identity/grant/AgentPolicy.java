package dev.sallyport.identity.grant;

import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.grant.Ruling.Granted;
import dev.sallyport.identity.grant.Ruling.NotGranted;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One agent policy, compiled.
 *
 * @param version names what its document said
 * @param models the rule's pointer by alias
 * @param resources by name
 * @param searchesTools whether tools are shown by search
 */
record AgentPolicy(
    String name,
    String version,
    Map<String, String> models,
    OptionalLong dailyBudgetMicroUsd,
    Map<String, ResourceRules> resources,
    boolean searchesTools) {
  AgentPolicy {
    models = Map.copyOf(models);
    resources = Map.copyOf(resources);
  }

  Ruling ruleOnTool(BoundAction tool) {
    var rules = resources.get(tool.resource());
    return rules == null ? new NotGranted("no_rule") : rules.rule(tool.action());
  }

  Ruling ruleOnModel(String alias) {
    var exact = models.get(alias);
    var rule = exact != null ? exact : models.getOrDefault(Names.ANY, "");
    return rule.isEmpty() ? new NotGranted("no_rule") : new Granted(rule);
  }

  Rule ruleAt(String pointer) {
    return new Rule(name, version, pointer);
  }
}
