package dev.sallyport.identity.grant;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.SpecReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Turns documents into a {@link PolicySet}, or says everything that is wrong with them. One use.
 */
final class PolicyCompiler {
  static final String AGENT_POLICY = "AgentPolicy";
  static final String TOOL_BINDING = "ToolBinding";

  private static final Set<String> POLICY_VERSIONS =
      new TreeSet<>(Set.of("access.envisionai.dev/v1", Resource.API_VERSION));

  private final List<Mistake> mistakes = new ArrayList<>();
  private final Map<PrincipalId, AgentPolicy> policies = new HashMap<>();
  private final Map<String, Map<String, BoundTool>> toolsByServer = new HashMap<>();
  private final Map<BoundName, Resource> bindingOf = new HashMap<>();

  /** One tool of one server. */
  private record BoundName(String server, String tool) {}

  PolicySet compile(ResourceSet resources) throws InvalidResourcesException {
    for (var resource : resources.of(AGENT_POLICY)) {
      compile(resource, AgentPolicySpec.class, POLICY_VERSIONS, this::addPolicy);
    }
    for (var resource : resources.of(TOOL_BINDING)) {
      compile(resource, ToolBindingSpec.class, Set.of(Resource.API_VERSION), this::addBinding);
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidResourcesException(mistakes);
    }
    return new PolicySet(policies, toolsByServer);
  }

  @FunctionalInterface
  private interface Step<T> {
    void add(Resource resource, T spec);
  }

  private <T> void compile(Resource resource, Class<T> form, Set<String> versions, Step<T> step) {
    if (!versions.contains(resource.apiVersion())) {
      mistake(resource, "/apiVersion", "must be " + String.join(" or ", versions));
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
    check(resource, "/spec/identity/workload", workload, Names::workload);
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
      mistake(
          resource,
          "/spec/identity/workload",
          "is claimed by AgentPolicy/" + other.name() + " too: one workload has one policy");
    }
  }

  private void checkPromises(Resource resource, AgentPolicySpec spec) {
    if (spec.credentials() != null && spec.credentials().exposeToAgent()) {
      mistake(
          resource,
          "/spec/credentials/expose_to_agent",
          "is refused: Sallyport never shows a credential to an agent; say false or leave it out");
    }
    if (spec.toolsView() != null && !resource.apiVersion().equals(Resource.API_VERSION)) {
      mistake(resource, "/spec/tools_view", "is of apiVersion " + Resource.API_VERSION + " only");
    }
    if (spec.audit() != null && spec.audit().record().isEmpty()) {
      mistake(resource, "/spec/audit/record", "is empty: name something, or leave audit out");
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
      mistake(resource, "/spec/models/budget/daily_usd", String.valueOf(e.getMessage()));
      return OptionalLong.empty();
    }
  }

  private Map<String, ResourceRules> resources(
      Resource resource, @Nullable List<AgentPolicySpec.ToolRule> tools) {
    if (tools == null) {
      return Map.of();
    }
    if (tools.isEmpty()) {
      mistake(resource, "/spec/tools", "is empty: name a resource, or leave tools out");
    }
    var written = new LinkedHashMap<String, Written>();
    for (int i = 0; i < tools.size(); i++) {
      var rule = tools.get(i);
      var pointer = "/spec/tools/" + i;
      check(resource, pointer + "/resource", rule.resource(), Names::exact);
      if (rule.actions() == null && rule.approve() == null && rule.deny() == null) {
        mistake(resource, pointer, "says nothing: give actions, deny, or both");
      }
      var rules = written.computeIfAbsent(rule.resource(), _ -> new Written());
      addRules(resource, pointer + "/actions", rule.actions(), rules.allowed);
      addRules(resource, pointer + "/approve", rule.approve(), rules.held);
      addRules(resource, pointer + "/deny", rule.deny(), rules.denied);
      if (rule.approve() != null && !resource.apiVersion().equals(Resource.API_VERSION)) {
        mistake(
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

  /** An action is held only if it is granted: the want of an approval grants nothing. */
  private void checkHeld(Resource resource, Written rules) {
    if (rules.allowed.containsKey(Names.ANY)) {
      return;
    }
    rules.held.forEach((action, place) -> {
      if (action.equals(Names.ANY) ? rules.allowed.isEmpty() : !rules.allowed.containsKey(action)) {
        mistake(resource, place, "is not granted: name it in actions, too");
      }
    });
  }

  /** The rules of one resource as they are written: the pointer by action. */
  private static final class Written {
    private final Map<String, String> allowed = new LinkedHashMap<>();
    private final Map<String, String> held = new LinkedHashMap<>();
    private final Map<String, String> denied = new LinkedHashMap<>();
  }

  private void addRules(
      Resource resource, String pointer, @Nullable List<String> names, Map<String, String> rules) {
    if (names == null) {
      return;
    }
    if (names.isEmpty()) {
      mistake(resource, pointer, "is empty: name something, or leave the field out");
    }
    for (int i = 0; i < names.size(); i++) {
      var place = pointer + "/" + i;
      check(resource, place, names.get(i), Names::exactOrAny);
      rules.putIfAbsent(names.get(i), place);
    }
  }

  private void addBinding(Resource resource, ToolBindingSpec spec) {
    check(resource, "/spec/server", spec.server(), Names::exact);
    if (spec.tools().isEmpty()) {
      mistake(resource, "/spec/tools", "is empty: bind a tool, or remove the binding");
    }
    for (var entry : spec.tools().entrySet()) {
      var place = "/spec/tools/" + entry.getKey().replace("~", "~0").replace("/", "~1");
      var bound = entry.getValue();
      check(resource, place + "/resource", bound.resource(), Names::exact);
      check(resource, place + "/action", bound.action(), Names::exact);
      var name = new BoundName(spec.server(), entry.getKey());
      var other = bindingOf.putIfAbsent(name, resource);
      if (other != null) {
        mistake(resource, place, "is bound by " + other.key() + " too: a tool is bound once");
      }
      toolsByServer
          .computeIfAbsent(spec.server(), _ -> new HashMap<>())
          .put(entry.getKey(), new BoundTool(bound.resource(), bound.action()));
    }
  }

  private void check(Resource resource, String pointer, String value, UnaryOperator<String> rule) {
    try {
      var _ = rule.apply(value);
    } catch (IllegalArgumentException e) {
      mistake(resource, pointer, String.valueOf(e.getMessage()));
    }
  }

  private void mistake(Resource resource, String pointer, String problem) {
    mistakes.add(new Mistake(resource.key(), pointer, problem));
  }
}
