package dev.sallyport.identity.grant;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Circumstances;
import dev.sallyport.identity.action.Decision;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.action.TokenDemand;
import dev.sallyport.identity.condition.ConditionCompiler;
import dev.sallyport.identity.grant.Deliberation.Extent;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Mistake;
import dev.sallyport.identity.resource.ResourceSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All agent policies and tool bindings at one moment, compiled for look-up: a decision costs the
 * same with one policy or ten thousand. Immutable.
 */
public final class PolicySet {
  private static final PolicySet EMPTY =
      new PolicySet(Map.of(), Map.of(), Map.of(), List.of(), List.of());

  private final Map<PrincipalId, AgentPolicy> policies;
  private final Map<PrincipalId, AgentPolicy> ofUsers;
  private final Map<String, ServerBindings> bindings;
  private final List<Mistake> warnings;
  private final List<Mistake> doubts;

  PolicySet(
      Map<PrincipalId, AgentPolicy> policies,
      Map<PrincipalId, AgentPolicy> ofUsers,
      Map<String, ServerBindings> bindings,
      List<Mistake> warnings,
      List<Mistake> doubts) {
    this.policies = Map.copyOf(policies);
    this.ofUsers = Map.copyOf(ofUsers);
    this.bindings = Map.copyOf(bindings);
    this.warnings = List.copyOf(warnings);
    this.doubts = List.copyOf(doubts);
  }

  /** No policies: nothing is granted. */
  public static PolicySet empty() {
    return EMPTY;
  }

  /**
   * Compiles the policies and bindings among the resources, where nothing is known of tools.
   *
   * @throws InvalidResourcesException with every mistake found
   */
  public static PolicySet compile(ResourceSet resources) throws InvalidResourcesException {
    return new PolicyCompiler(new ConditionCompiler(), ToolSchemas.NONE, _ -> true)
        .compile(resources);
  }

  /** How many policies there are. */
  public int size() {
    return policies.size() + ofUsers.size();
  }

  /**
   * What does not fit the tools that there are now, or has wrong types: such a rule does not match,
   * and where it denies, holds or bounds, it denies whatever it is on. And what never has a part.
   */
  public List<Mistake> warnings() {
    return warnings;
  }

  /**
   * Rules on resources that are no servers, and to which nothing is bound: they grant nothing,
   * until there is such. A policy may come before what it is about, or its author has misspelled
   * it.
   */
  public List<Mistake> doubts() {
    return doubts;
  }

  /** The names of all policies. */
  Set<String> names() {
    return Stream.concat(policies.values().stream(), ofUsers.values().stream())
        .map(AgentPolicy::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What agents may do on behalf of a user. */
  Optional<AgentPolicy> userPolicyOf(PrincipalId user) {
    return Optional.ofNullable(ofUsers.get(user));
  }

  Optional<AgentPolicy> policyOf(PrincipalId principal) {
    return Optional.ofNullable(policies.get(principal));
  }

  /**
   * Decides, and says of every rule that was considered whether it had a part in it. What {@link
   * GrantAuthority} decides is decided in just this way, but for what Sallyport's own quarantine
   * asks of its model, and for turns of others.
   */
  public Explanation explain(Inquiry inquiry) {
    return explain(inquiry, (_, _) -> List.of());
  }

  /** The same, with the parts of each condition and what they looked at. */
  public Explanation explainInFull(Inquiry inquiry) {
    var terms = new ConditionTerms();
    return explain(
        inquiry,
        (policy, rule) ->
            bound(inquiry.target())
                .map(bound -> terms.of(rule, Deliberation.facts(inquiry, policy, bound)))
                .orElse(List.of()));
  }

  private Explanation explain(
      Inquiry inquiry, BiFunction<AgentPolicy, PolicyRule, List<Considered.Term>> terms) {
    var considered = new ArrayList<Considered>();
    var decision =
        new Deliberation(
                this,
                inquiry,
                Extent.ALL,
                (policy, rule, match, why) ->
                    considered.add(
                        new Considered(
                            rule.by(),
                            rule.says(),
                            match,
                            why,
                            rule.condition().text(),
                            terms.apply(policy, rule))))
            .decide();
    return new Explanation(decision, considered);
  }

  /** The decision of {@link #explain}, without the story, of what policies decide. */
  Decision decide(Inquiry inquiry) {
    return new Deliberation(this, inquiry, Extent.ALL, Trial.Story.NONE).decideByPolicies();
  }

  /** The same, whatever the token of the caller holds. */
  Decision decideByPolicies(Inquiry inquiry) {
    return new Deliberation(this, inquiry, Extent.POLICIES, Trial.Story.NONE).decide();
  }

  /** What policies call a target; empty if they have no word for it. */
  public Optional<BoundAction> bound(Target target) {
    return meaning(target) instanceof BoundAction bound ? Optional.of(bound) : Optional.empty();
  }

  /** What an access token must hold for something, for whoever is granted it. */
  public TokenDemand demand(Target target) {
    return together(demands(target));
  }

  /** What an access token must hold for whatever a server has, so for its first call already. */
  public TokenDemand demandOfServer(String server) {
    return together(bindings(server).demands());
  }

  static TokenDemand together(List<Demand> demands) {
    return demands.stream().map(Demand::token).reduce(TokenDemand.NONE, (all, one) -> one.and(all));
  }

  /** All that says what an access token must hold. */
  List<Demand> demands(Target target) {
    var server = target.server();
    return server.isEmpty() ? List.of() : bindings(server).demands(target);
  }

  /** Whether a principal may know that a target exists: whether it might be granted. */
  boolean isVisible(Principal principal, Target target) {
    return !(byNames(principal, target).decide() instanceof Decision.Denied);
  }

  /**
   * Whether a principal may know of anything that a server may have: of what is bound, and of what
   * goes by the server's own name, under the names that policies have for it or under one that none
   * has.
   */
  boolean mayKnow(Principal principal, String server) {
    var policy = policyOf(principal.id());
    if (policy.isEmpty()) {
      return false;
    }
    var deliberation = byNames(principal, new Target.Tool(server, ""));
    return Stream.concat(
            bindings(server).actions(),
            Stream.concat(
                    Stream.of(""),
                    Stream.concat(
                            policy.stream(),
                            principal
                                .delegation()
                                .flatMap(one -> userPolicyOf(one.user()))
                                .stream())
                        .flatMap(one -> one.actions(server)))
                .map(action -> new BoundAction(server, action)))
        .anyMatch(bound -> !(deliberation.decide(bound) instanceof Decision.Denied));
  }

  private Deliberation byNames(Principal principal, Target target) {
    var circumstances = new Circumstances(Instant.EPOCH, Optional.empty(), "USER", 0);
    var inquiry =
        new Inquiry(principal, target, JsonNodeFactory.instance.objectNode(), circumstances);
    return new Deliberation(this, inquiry, Extent.NAMES, Trial.Story.NONE);
  }

  /** What model calls may cost in turns of an owner: all budgets of the agent and of its user. */
  List<Budget> budgets(Owner owner) {
    return Stream.concat(
            policyOf(owner.agent()).stream(), owner.user().flatMap(this::userPolicyOf).stream())
        .flatMap(policy -> policy.budgets().stream())
        .distinct()
        .toList();
  }

  /** What a target means. */
  Meaning meaning(Target target) {
    return switch (target) {
      case Target.Tool tool -> meaning(tool);
      case Target.Prompt prompt -> meaning(prompt);
      case Target.Resource resource -> meaning(resource);
      case Target.Template template -> meaning(template);
      case Target.Model model -> BuiltInRules.use(model);
      case Target.TurnOperation _, Target.ServerInspection _, Target.Administration _ ->
          new Meaning.Unclear("built_in");
    };
  }

  /** What a tool means: without a binding, the server is the resource, the tool the action. */
  private Meaning meaning(Target.Tool tool) {
    var unbound = new BoundAction(tool.server(), tool.tool());
    return bindings(tool.server()).tools().getOrDefault(tool.tool(), unbound);
  }

  /** The same of a prompt: without a binding, {@code prompts/NAME} is the action. */
  private Meaning meaning(Target.Prompt prompt) {
    var unbound = new BoundAction(prompt.server(), "prompts/" + prompt.prompt());
    return bindings(prompt.server()).prompts().getOrDefault(prompt.prompt(), unbound);
  }

  /** The same of reading: without a binding, {@code resources/read} is the action. */
  private Meaning meaning(Target.Resource resource) {
    return bindings(resource.server())
        .uris()
        .flatMap(uris -> uris.ofUri(resource.uri()))
        .orElseGet(() -> reading(resource.server()));
  }

  /** The same of a template for what can be read. */
  private Meaning meaning(Target.Template template) {
    return bindings(template.server())
        .uris()
        .flatMap(uris -> uris.ofTemplate(template.template()))
        .orElseGet(() -> reading(template.server()));
  }

  private static Meaning reading(String server) {
    return new BoundAction(server, "resources/read");
  }

  private ServerBindings bindings(String server) {
    return bindings.getOrDefault(server, ServerBindings.NONE);
  }
}
