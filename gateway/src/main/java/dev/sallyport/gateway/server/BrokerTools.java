package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnTools;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.ListKind;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.ToolCall;
import dev.sallyport.mcp.upstream.Conversation;
import java.util.List;
import java.util.Optional;

/** The tools of a turn, as the broker has them. */
record BrokerTools(Broker broker) implements TurnTools {
  @Override
  public List<ObjectNode> list(Caller caller, Optional<String> server) {
    return broker.list(caller, server, ListKind.TOOLS);
  }

  @Override
  public ToolOutput call(
      Caller caller, Wanted wanted, ObjectNode arguments, Cancellation cancellation) {
    var conversation = Conversation.untold(cancellation);
    var call = new ToolCall(wanted.tool(), arguments);
    var answer = broker.call(caller, wanted.server(), call, conversation);
    if (answer instanceof ServerAnswer.Cancelled) {
      throw new CallCancelledException(cancellation.why().orElseThrow());
    }
    return new ToolOutput(answer.text(), answer.failed());
  }

  @Override
  public void proposed(Caller caller, Wanted wanted, ObjectNode arguments) {
    broker.propose(caller, wanted.server(), new ToolCall(wanted.tool(), arguments));
  }

  @Override
  public Refusal refuse(Caller caller, Wanted wanted, String arguments, Refusal refusal) {
    return broker.refuse(caller, wanted.server(), wanted.tool(), arguments, refusal);
  }
}
