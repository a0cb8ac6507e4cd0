package dev.sallyport.identity.grant;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns documents into a {@link PolicySet}, or says everything that is wrong with them. One use.
 */
final class PolicyCompiler {
  static final String AGENT_POLICY = "AgentPolicy";
  static final String TOOL_BINDING = "ToolBinding";

  /** A day. */
  private static final int MOST_APPROVAL_MINUTES = 1_440;

  private static final Set<String> POLICY_VERSIONS =
      new TreeSet<>(Set.of("access.envisionai.dev/v1", Resource.API_VERSION));

  private final Mistakes mistakes = new Mistakes();
  private final Map<PrincipalId, AgentPolicy> policies = new HashMap<>();
  private final BindingCompiler bindings = new BindingCompiler(mistakes);

  PolicySet compile(ResourceSet resources) throws InvalidResourcesException {
    for (var resource : resources.of(AGENT_POLICY)) {
      compile(resource, AgentPolicySpec.class, POLICY_VERSIONS, this::addPolicy);
    }
    for (var resource : resources.of(TOOL_BINDING)) {
      compile(resource, ToolBindingSpec.class, Set.of(Resource.API_VERSION), bindings::add);
    }
    mistakes.throwAny();
    return new PolicySet(policies, bindings.servers());
  }

  @FunctionalInterface
  private interface Step<T> {
    void add(Resource resource, T spec);
  }

  private <T> void compile(Resource resource, Class<T> form, Set<String> versions, Step<T> step) {
    if (!versions.contains(resource.apiVersion())) {
      mistakes.add(resource, "/apiVersion", "must be " + String.join(" or ", versions));
      return;
    }
    try {
      step.add(resource, SpecReader.read(resource, form));
    } catch (InvalidResourcesException e) {
      mistakes.addAll(e.mistakes());
    }
  }

  private void addPolicy(Resource resource, AgentPolicySpec spec) {
    int before = mistakes.size();
    checkPromises(resource, spec);
    var workload = spec.identity().workload();
    mistakes.check(resource, "/spec/identity/workload", workload, Names::workload);
    var policy =
        new AgentPolicy(
            resource.name(),
            PolicyVersion.of(resource),
            models(resource, spec.models()),
            budget(resource, spec.models()),
            resources(resource, spec.tools()),
            spec.toolsView() == AgentPolicySpec.ToolsView.SEARCH);
    if (mistakes.size() > before) {
      return;
    }
    var other = policies.putIfAbsent(new PrincipalId(workload), policy);
    if (other != null) {
      mistakes.add(
          resource,
          "/spec/identity/workload",
          "is claimed by AgentPolicy/" + other.name() + " too: one workload has one policy");
    }
  }

  private void checkPromises(Resource resource, AgentPolicySpec spec) {
    if (spec.credentials() != null && spec.credentials().exposeToAgent()) {
      mistakes.add(
          resource,
          "/spec/credentials/expose_to_agent",
          "is refused: Sallyport never shows a credential to an agent; say false or leave it out");
    }
    if (spec.toolsView() != null && !resource.apiVersion().equals(Resource.API_VERSION)) {
      mistakes.add(
          resource, "/spec/tools_view", "is of apiVersion " + Resource.API_VERSION + " only");
    }
    if (spec.audit() != null && spec.audit().record().isEmpty()) {
      mistakes.add(resource, "/spec/audit/record", "is empty: name something, or leave audit out");
    }
  }

  private Map<String, String> models(Resource resource, AgentPolicySpec.@Nullable Models models) {
    var rules = new LinkedHashMap<String, String>();
    if (models != null) {
      addRules(resource, "/spec/models/allow", models.allow(), rules);
    }
    return rules;
  }

  private OptionalLong budget(Resource resource, AgentPolicySpec.@Nullable Models models) {
    if (models == null || models.budget() == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(DailyBudget.microUsd(models.budget().dailyUsd()));
    } catch (IllegalArgumentException e) {
      mistakes.add(resource, "/spec/models/budget/daily_usd", String.valueOf(e.getMessage()));
      return OptionalLong.empty();
    }
  }

  private Map<String, ResourceRules> resources(
      Resource resource, @Nullable List<AgentPolicySpec.ToolRule> tools) {
    if (tools == null) {
      return Map.of();
    }
    if (tools.isEmpty()) {
      mistakes.add(resource, "/spec/tools", "is empty: name a resource, or leave tools out");
    }
    var written = new LinkedHashMap<String, Written>();
    for (int i = 0; i < tools.size(); i++) {
      var rule = tools.get(i);
      var pointer = "/spec/tools/" + i;
      mistakes.check(resource, pointer + "/resource", rule.resource(), Names::exact);
      if (rule.actions() == null && rule.approve() == null && rule.deny() == null) {
        mistakes.add(resource, pointer, "says nothing: give actions, deny, or both");
      }
      var rules = written.computeIfAbsent(rule.resource(), _ -> new Written());
      addRules(resource, pointer + "/actions", rule.actions(), rules.allowed);
      var held = new LinkedHashMap<String, String>();
      addRules(resource, pointer + "/approve", rule.approve(), held);
      var life = life(resource, pointer, rule);
      held.forEach((action, place) -> rules.held.putIfAbsent(action, new Ruling.Held(place, life)));
      addRules(resource, pointer + "/deny", rule.deny(), rules.denied);
      if (rule.approve() != null && !resource.apiVersion().equals(Resource.API_VERSION)) {
        mistakes.add(
            resource, pointer + "/approve", "is of apiVersion " + Resource.API_VERSION + " only");
      }
    }
    var rules = new HashMap<String, ResourceRules>();
    written.forEach((name, one) -> {
      checkHeld(resource, one);
      rules.put(name, new ResourceRules(one.allowed, one.held, one.denied));
    });
    return rules;
  }

  /** How long what a rule holds may wait. */
  private Duration life(Resource resource, String pointer, AgentPolicySpec.ToolRule rule) {
    var minutes = rule.approvalMinutes();
    if (minutes == null) {
      return Decision.Held.DEFAULT_LIFE;
    }
    var place = pointer + "/approval_minutes";
    if (rule.approve() == null) {
      mistakes.add(resource, place, "says nothing without approve: name there what must wait");
    } else if (minutes < 1 || minutes > MOST_APPROVAL_MINUTES) {
      mistakes.add(resource, place, "must be 1 to " + MOST_APPROVAL_MINUTES);
    }
    return Duration.ofMinutes(minutes);
  }

  /** An action is held only if it is granted: the want of an approval grants nothing. */
  private void checkHeld(Resource resource, Written rules) {
    if (rules.allowed.containsKey(Names.ANY)) {
      return;
    }
    rules.held.forEach((action, held) -> {
      if (action.equals(Names.ANY) ? rules.allowed.isEmpty() : !rules.allowed.containsKey(action)) {
        mistakes.add(resource, held.rule(), "is not granted: name it in actions, too");
      }
    });
  }

  /** The rules of one resource as they are written: the pointer by action. */
  private static final class Written {
    private final Map<String, String> allowed = new LinkedHashMap<>();
    private final Map<String, Ruling.Held> held = new LinkedHashMap<>();
    private final Map<String, String> denied = new LinkedHashMap<>();
  }

  private void addRules(
      Resource resource, String pointer, @Nullable List<String> names, Map<String, String> rules) {
    if (names == null) {
      return;
    }
    if (names.isEmpty()) {
      mistakes.add(resource, pointer, "is empty: name something, or leave the field out");
    }
    for (int i = 0; i < names.size(); i++) {
      var place = pointer + "/" + i;
      mistakes.check(resource, place, names.get(i), Names::exactOrAny);
      rules.putIfAbsent(names.get(i), place);
    }
  }
}
