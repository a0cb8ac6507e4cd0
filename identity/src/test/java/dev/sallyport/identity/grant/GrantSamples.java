package dev.sallyport.identity.grant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Documents and actions for tests of grants. Documents are JSON with ' for ". */
final class GrantSamples {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private GrantSamples() {}

  static Resource policy(String name, String spec) {
    return resource(Resource.API_VERSION, "AgentPolicy", name, spec);
  }

  static Resource binding(String name, String spec) {
    return resource(Resource.API_VERSION, "ToolBinding", name, spec);
  }

  static Resource resource(String apiVersion, String kind, String name, String spec) {
    try {
      return new Resource(
          apiVersion, kind, name, Map.of(), (ObjectNode) MAPPER.readTree(spec.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  static PolicySet compile(Resource... resources) {
    try {
      return PolicySet.compile(new ResourceSet(List.of(resources)));
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
  }

  static Principal principal(String id) {
    return id.startsWith("sallyport:")
        ? Principal.internal(id.substring("sallyport:".length()))
        : principal(id, AuthenticationMethod.JWT_SVID);
  }

  static Principal principal(String id, AuthenticationMethod method) {
    return new Principal(new PrincipalId(id), method, "prod", Instant.MAX);
  }

  static Action action(Principal principal, Target target) {
    return action(principal, target, principal.id());
  }

  static Action action(Principal principal, Target target, PrincipalId turnOwner) {
    return action(principal, target, Owner.alone(turnOwner));
  }

  static Action action(Principal principal, Target target, Owner turnOwner) {
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), turnOwner, Instant.EPOCH, false);
    return new Action(
        new Caller(principal, turn, Door.MCP),
        target,
        JsonNodeFactory.instance.objectNode(),
        new byte[0],
        List.of());
  }

  /** A target as a golden table writes it. */
  static Target target(String written) {
    var parts = List.of(written.split(" "));
    return switch (parts.getFirst()) {
      case "tool" -> new Target.Tool(parts.get(1), parts.get(2));
      case "model" -> new Target.Model(parts.get(1));
      case "turn" -> new Target.TurnOperation(parts.get(1));
      case "inspect" -> new Target.ServerInspection(parts.get(1));
      case "admin" -> new Target.Administration(parts.get(1), parts.get(2), parts.get(3));
      default -> throw new AssertionError(written);
    };
  }
}
