package dev.sallyport.identity.grant;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.condition.ConditionCompiler;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.resource.ResourceVersion;
import dev.sallyport.identity.resource.SpecReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns documents into a {@link PolicySet}, or says everything that is wrong with them. One use.
 */
final class PolicyCompiler {
  static final String AGENT_POLICY = "AgentPolicy";
  static final String TOOL_BINDING = "ToolBinding";
  private static final String SERVER = "McpServer";

  private static final Set<String> POLICY_VERSIONS =
      new TreeSet<>(Set.of("access.envisionai.dev/v1", Resource.API_VERSION));

  private final Mistakes mistakes = new Mistakes();
  private final Map<PrincipalId, AgentPolicy> policies = new HashMap<>();
  private final Map<PrincipalId, AgentPolicy> ofUsers = new HashMap<>();
  private final ConditionCompiler conditions;
  private final ToolSchemas schemas;
  private final Unfit unfit;
  private final List<Mistake> doubts = new ArrayList<>();

  /**
   * A compiler.
   *
   * @param isNew of which documents it is a mistake if something in them is {@link Unfit}; of
   *     others it is a warning
   */
  PolicyCompiler(ConditionCompiler conditions, ToolSchemas schemas, Predicate<Resource> isNew) {
    this.conditions = conditions;
    this.schemas = schemas;
    this.unfit = new Unfit(mistakes, isNew);
  }

  PolicySet compile(ResourceSet resources) throws InvalidResourcesException {
    Predicate<String> isServer = name -> resources.find(SERVER, name).isPresent();
    var bindings = new BindingCompiler(mistakes, isServer, unfit, schemas);
    for (var resource : resources.of(TOOL_BINDING)) {
      compile(resource, ToolBindingSpec.class, Set.of(Resource.API_VERSION), bindings::add);
    }
    var servers = bindings.servers();
    var tools = new BoundTools(servers, schemas);
    var rules = new RuleCompiler(mistakes, unfit, conditions, tools);
    Predicate<String> isThere = name -> isServer.test(name) || tools.isBound(name);
    for (var resource : resources.of(AGENT_POLICY)) {
      compile(
          resource,
          AgentPolicySpec.class,
          POLICY_VERSIONS,
          (document, spec) -> {
            addPolicy(document, spec, rules);
            addDoubts(document, spec, isThere);
          });
    }
    mistakes.throwAny();
    conditions.keep(rules.texts());
    return new PolicySet(policies, ofUsers, servers, unfit.warnings(), doubts);
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

  private void addDoubts(Resource resource, AgentPolicySpec spec, Predicate<String> isThere) {
    var rules = spec.tools() == null ? List.<AgentPolicySpec.ToolRule>of() : spec.tools();
    for (int i = 0; i < rules.size(); i++) {
      var named = rules.get(i).resource();
      if (!isThere.test(named)) {
        doubts.add(
            new Mistake(
                resource.key(),
                "/spec/tools/%d/resource".formatted(i),
                "there is no McpServer %s, and nothing is bound to it: until there is, this rule is"
                        .formatted(named)
                    + " about nothing"));
      }
    }
  }

  private void addPolicy(Resource resource, AgentPolicySpec spec, RuleCompiler rules) {
    int before = mistakes.size();
    checkPromises(resource, spec);
    var holder = holder(resource, spec.identity());
    var whole = new Rule(resource.name(), ResourceVersion.of(resource), "");
    var policy =
        new AgentPolicy(
            resource.name(),
            whose(resource, spec.identity()),
            rules.models(resource, whole, spec.models()),
            budgets(resource, spec.models()),
            rules.resources(resource, whole, spec.tools()),
            spec.toolsView() == AgentPolicySpec.ToolsView.SEARCH,
            terms(spec),
            spec.audit() == null || spec.audit().args() == null
                ? AgentPolicySpec.Arguments.HASH
                : spec.audit().args());
    if (mistakes.size() > before || holder.isEmpty()) {
      return;
    }
    boolean ofUser = spec.identity().user() != null;
    var other = (ofUser ? ofUsers : policies).putIfAbsent(new PrincipalId(holder.get()), policy);
    if (other != null) {
      var field = ofUser ? "user" : "workload";
      mistakes.add(
          resource,
          "/spec/identity/" + field,
          "is claimed by AgentPolicy/%s too: one %s has one policy".formatted(other.name(), field));
    }
  }

  /** The one workload or the one user that a policy is for. */
  private Optional<String> holder(Resource resource, AgentPolicySpec.Identity identity) {
    var place = "/spec/identity";
    if ((identity.workload() == null) == (identity.user() == null)) {
      mistakes.add(resource, place, "must have workload, or else user");
      return Optional.empty();
    }
    if (identity.workload() != null) {
      mistakes.check(resource, place + "/workload", identity.workload(), Names::workload);
      return Optional.of(identity.workload());
    }
    checkVersion(resource, place + "/user", identity.user());
    var user = Objects.requireNonNull(identity.user());
    mistakes.check(resource, place + "/user", user, Names::user);
    return Optional.of(user);
  }

  private AgentPolicy.Whose whose(Resource resource, AgentPolicySpec.Identity identity) {
    return new AgentPolicy.Whose(
        note(resource, "/spec/identity/owner", identity.owner()),
        note(resource, "/spec/identity/team", identity.team()),
        note(resource, "/spec/identity/environment", identity.environment()));
  }

  private String note(Resource resource, String place, @Nullable String text) {
    if (text == null) {
      return "";
    }
    checkVersion(resource, place, text);
    mistakes.check(resource, place, text, Names::note);
    return text;
  }

  private void checkVersion(Resource resource, String place, @Nullable Object written) {
    if (written != null && !resource.apiVersion().equals(Resource.API_VERSION)) {
      mistakes.add(resource, place, "is of apiVersion " + Resource.API_VERSION + " only");
    }
  }

  private void checkPromises(Resource resource, AgentPolicySpec spec) {
    if (spec.credentials() != null && spec.credentials().exposeToAgent()) {
      mistakes.add(
          resource,
          "/spec/credentials/expose_to_agent",
          "is refused: Sallyport never shows a credential to an agent; say false or leave it out");
    }
    checkVersion(resource, "/spec/tools_view", spec.toolsView());
    checkVersion(resource, "/spec/containment", spec.containment());
    if (spec.identity().user() != null) {
      checkAgentsOwn(resource, "/spec/tools_view", spec.toolsView());
      checkAgentsOwn(resource, "/spec/containment", spec.containment());
      var audit = spec.audit();
      checkAgentsOwn(resource, "/spec/audit/args", audit == null ? null : audit.args());
    }
    if (spec.audit() != null) {
      checkAudit(resource, spec.audit());
    }
  }

  private void checkAudit(Resource resource, AgentPolicySpec.Audit audit) {
    if (audit.record() == null ? audit.args() == null : audit.record().isEmpty()) {
      mistakes.add(resource, "/spec/audit/record", "is empty: name something, or leave audit out");
    }
    checkVersion(resource, "/spec/audit/args", audit.args());
  }

  private void checkAgentsOwn(Resource resource, String place, @Nullable Object written) {
    if (written != null) {
      mistakes.add(resource, place, "is of the agent's own policy, not of its user's");
    }
  }

  /** Whoever has tools here is an agent whose own tools are not trusted, unless it says so. */
  private static AgentTerms terms(AgentPolicySpec spec) {
    var written = spec.containment();
    boolean hasTools = spec.tools() != null;
    if (written == null) {
      return new AgentTerms(false, hasTools, true, false);
    }
    var clientTools = written.clientTools();
    return new AgentTerms(
        written.taintedRead(),
        clientTools == null ? hasTools : clientTools == AgentPolicySpec.ClientTools.STRICT,
        written.newTurns() != AgentPolicySpec.NewTurns.CLEAN,
        written.calls() == AgentPolicySpec.Calls.PROPOSED);
  }

  private List<Budget> budgets(Resource resource, AgentPolicySpec.@Nullable Models models) {
    return models == null || models.budget() == null
        ? List.of()
        : BudgetCompiler.compile(mistakes, resource, models.budget());
  }
}
