package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.TaskRequest;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.Extensions;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Optional;

/** Answers the requests of clients about tasks that have begun. */
final class TaskRequests {
  private static final int BAD_REQUEST = 400;

  private final Broker broker;
  private final RefusedMessages refused;

  TaskRequests(Broker broker, RefusedMessages refused) {
    this.broker = broker;
    this.refused = refused;
  }

  HttpAnswer answer(Exchange exchange, RpcMessage.Request request) {
    if (!exchange.client().takesTasks()) {
      return withoutExtension(exchange);
    }
    try {
      var asked =
          new TaskRequest(
              request.method(),
              CallParams.text(request.params(), "taskId"),
              besides(request.params()));
      var conversation =
          Conversation.untold(exchange.client(), exchange.caller().presence().cancellation());
      return answer(
          exchange, broker.task(exchange.caller(), exchange.server(), asked, conversation));
    } catch (Refusal refusal) {
      return refused.answer(exchange, refusal);
    }
  }

  /** The answer to a client that does not say that it takes tasks. */
  HttpAnswer withoutExtension(Exchange exchange) {
    var data = Json.object();
    data.set("requiredCapabilities", Extensions.tasks());
    var error =
        new RpcError(
            RpcError.MISSING_CAPABILITY,
            "Name the extension %s in the client's capabilities.".formatted(Extensions.TASKS),
            Optional.of(data));
    return refused.answer(
        exchange.caller(), BAD_REQUEST, exchange.id(), RefusalCode.INVALID_REQUEST, error);
  }

  private static ObjectNode besides(ObjectNode params) {
    var besides = Json.object();
    var responses = params.get("inputResponses");
    return responses == null ? besides : besides.set("inputResponses", responses);
  }

  private static HttpAnswer answer(Exchange exchange, ServerAnswer answer) {
    return switch (answer) {
      case ServerAnswer.Result(var result) ->
          HttpAnswer.of(RpcMessage.response(exchange.id(), McpMethods.complete(exchange, result)));
      case ServerAnswer.Failure(var error) ->
          HttpAnswer.of(
              RpcMessage.failure(exchange.id(), ErrorBridge.onto(exchange.revision(), error)));
      case ServerAnswer.Cancelled(var why) -> Refusals.cancelled(exchange, why);
    };
  }
}
