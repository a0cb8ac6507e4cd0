package dev.sallyport.gateway.dialogue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.RefusalText;
import dev.sallyport.gateway.turn.TurnTools;
import dev.sallyport.gateway.turn.TurnTools.Wanted;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The operations on what a turn holds, done for a model that called them as functions. Each goes
 * the way of every action. Thread-safe.
 */
final class OwnOperations {
  private final TurnTools tools;

  OwnOperations(TurnTools tools) {
    this.tools = tools;
  }

  /** The message in which the model reads what became of its call; a refusal is an answer, too. */
  ObjectNode answer(Caller caller, ProposedCall call, Cancellation cancellation) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("role", "tool")
        .put("tool_call_id", call.id())
        .put("content", done(caller, call, cancellation));
  }

  private String done(Caller caller, ProposedCall call, Cancellation cancellation) {
    var wanted = new Wanted(Optional.empty(), call.name());
    try {
      var arguments = WireJson.object(call.arguments().getBytes(StandardCharsets.UTF_8));
      return tools.call(caller, wanted, arguments, cancellation).text();
    } catch (Refusal refusal) {
      return RefusalText.of(refusal);
    } catch (MalformedReplyException _) {
      var refusal =
          new Refusal(RefusalCode.MALFORMED_REQUEST, "The arguments must be a JSON object.");
      return RefusalText.of(tools.refuse(caller, wanted, call.arguments(), refusal));
    }
  }
}
