package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnTools;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.upstream.Progress;
import java.util.List;
import java.util.Optional;

/** The tools of a turn, as the broker has them. */
record BrokerTools(Broker broker) implements TurnTools {
  @Override
  public List<ObjectNode> list(Caller caller, Optional<String> server) {
    return broker.tools(caller, server);
  }

  @Override
  public ToolOutput call(
      Caller caller, Optional<String> server, String tool, ObjectNode arguments) {
    var answer = broker.call(caller, server, tool, arguments, Progress.none());
    return new ToolOutput(answer.text(), answer.failed());
  }

  @Override
  public Refusal refuse(Caller caller, Optional<String> server, String tool, ObjectNode arguments) {
    return broker.refuse(caller, server, tool, arguments);
  }
}
