package dev.sallyport.it.micro;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Many policies of one workload and one condition each, and calls of tools that they decide. */
final class SamplePolicies {
  private static final int CALLS = 1_024;

  private SamplePolicies() {}

  static GrantAuthority authority(int policies) {
    var authority = new GrantAuthority(Optional.empty(), (_, _) -> "USER", InstantSource.system());
    authority.use(compiled(policies));
    return authority;
  }

  /** The policies, compiled. */
  static PolicySet compiled(int policies) {
    var resources = new ArrayList<Resource>();
    for (int i = 0; i < policies; i++) {
      var spec = JsonNodeFactory.instance.objectNode();
      spec.putObject("identity").put("workload", workload(i));
      var rules = spec.putArray("tools");
      var granting = rules.addObject().put("resource", "crm").put("when", "args.limit <= 100");
      granting.putArray("actions").add("read").add("search");
      rules.addObject().put("resource", "crm").putArray("deny").add("erase");
      resources.add(new Resource(Resource.API_VERSION, "AgentPolicy", "p-" + i, Map.of(), spec));
    }
    try {
      return PolicySet.compile(new ResourceSet(resources));
    } catch (InvalidResourcesException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Calls of workloads all over the policies; every second one is denied. */
  static List<Action> calls(int policies) {
    return calls(policies, List.of("read", "erase"));
  }

  /** Calls of workloads all over the policies; the condition of each is looked at and holds. */
  static List<Action> granted(int policies) {
    return calls(policies, List.of("read", "search"));
  }

  private static List<Action> calls(int policies, List<String> tools) {
    var calls = new ArrayList<Action>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(call(workload((int) (i * 7_919L % policies)), tools.get(i % tools.size())));
    }
    return calls;
  }

  private static Action call(String workload, String tool) {
    var id = new PrincipalId(workload);
    var principal = new Principal(id, AuthenticationMethod.JWT_SVID, "bench", Instant.MAX);
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), id, Instant.EPOCH);
    var arguments = JsonNodeFactory.instance.objectNode().put("query", "open").put("limit", 50);
    return new Action(
        new Caller(principal, turn, Door.MCP),
        new Target.Tool("crm", tool),
        arguments,
        arguments.toString().getBytes(StandardCharsets.UTF_8),
        List.of());
  }

  private static String workload(int number) {
    return "spiffe://bench.example/agent/a" + number;
  }
}
