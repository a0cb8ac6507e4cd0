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
  private final Map<String, Map<String, BoundTool>> toolsByServer;

  PolicySet(
      Map<PrincipalId, AgentPolicy> policies, Map<String, Map<String, BoundTool>> toolsByServer) {
    this.policies = Map.copyOf(policies);
    this.toolsByServer = Map.copyOf(toolsByServer);
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

  /** What a prompt is bound to: the server is the resource, {@code prompts/NAME} the action. */
  BoundTool bound(Target.Prompt prompt) {
    return new BoundTool(prompt.server(), "prompts/" + prompt.prompt());
  }

  /** What reading is bound to: the server is the resource, {@code resources/read} the action. */
  BoundTool bound(Target.Resource resource) {
    return new BoundTool(resource.server(), "resources/read");
  }

  /**
   * What a tool is bound to: without a binding, the server is the resource, the tool the action.
   */
  BoundTool bound(Target.Tool tool) {
    var bindings = toolsByServer.get(tool.server());
    var bound = bindings == null ? null : bindings.get(tool.tool());
    return bound != null ? bound : new BoundTool(tool.server(), tool.tool());
  }
}
