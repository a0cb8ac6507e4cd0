package dev.sallyport.gateway.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Tool calls as callers make them. */
final class SampleAction {
  private SampleAction() {}

  /** A call of a tool by a workload. */
  static Action toolCall(String workload, String server, String tool) {
    var id = new PrincipalId(workload);
    var principal = new Principal(id, AuthenticationMethod.JWT_SVID, "bench", Instant.MAX);
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), id, Instant.EPOCH);
    var arguments =
        JsonNodeFactory.instance
            .objectNode()
            .put("query", "open accounts in the north")
            .put("limit", 20);
    return new Action(
        new Caller(principal, turn, Door.MCP),
        new Target.Tool(server, tool),
        arguments,
        arguments.toString().getBytes(StandardCharsets.UTF_8),
        List.of(new CredentialUse("bench-tools", 1, "server:" + server)));
  }
}
