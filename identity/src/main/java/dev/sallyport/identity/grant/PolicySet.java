package dev.sallyport.identity.grant;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.ResourceSet;
import java.util.Map;
import java.util.Optional;

/**
 * All agent policies and tool bindings at one moment, compiled for look-up: a decision costs the
 * same with one policy or ten thousand. Immutable.
 */
public final class PolicySet {
  private static final PolicySet EMPTY = new PolicySet(Map.of(), Map.of());

  private final Map<PrincipalId, AgentPolicy> policies;
  private final Map<String, ServerBindings> bindings;

  PolicySet(Map<PrincipalId, AgentPolicy> policies, Map<String, ServerBindings> bindings) {
    this.policies = Map.copyOf(policies);
    this.bindings = Map.copyOf(bindings);
  }

  /** No policies: nothing is granted. */
  public static PolicySet empty() {
    return EMPTY;
  }

  /**
   * Compiles the policies and bindings among the resources.
   *
   * @throws InvalidResourcesException with every mistake found
   */
  public static PolicySet compile(ResourceSet resources) throws InvalidResourcesException {
    return new PolicyCompiler().compile(resources);
  }

  /** How many policies there are. */
  public int size() {
    return policies.size();
  }

  Optional<AgentPolicy> policyOf(PrincipalId principal) {
    return Optional.ofNullable(policies.get(principal));
  }

  /** What a tool means: without a binding, the server is the resource, the tool the action. */
  Meaning meaning(Target.Tool tool) {
    var unbound = new BoundAction(tool.server(), tool.tool());
    return bindings(tool.server()).tools().getOrDefault(tool.tool(), unbound);
  }

  /** The same of a prompt: without a binding, {@code prompts/NAME} is the action. */
  Meaning meaning(Target.Prompt prompt) {
    var unbound = new BoundAction(prompt.server(), "prompts/" + prompt.prompt());
    return bindings(prompt.server()).prompts().getOrDefault(prompt.prompt(), unbound);
  }

  /** The same of reading: without a binding, {@code resources/read} is the action. */
  Meaning meaning(Target.Resource resource) {
    return bindings(resource.server())
        .uris()
        .flatMap(uris -> uris.ofUri(resource.uri()))
        .orElseGet(() -> reading(resource.server()));
  }

  /** The same of a template for what can be read. */
  Meaning meaning(Target.Template template) {
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
