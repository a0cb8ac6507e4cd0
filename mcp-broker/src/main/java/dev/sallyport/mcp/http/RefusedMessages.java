package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Answers messages that are refused before they become an action: each is told of once, and its
 * answer holds the stable code.
 */
final class RefusedMessages {
  private final BiConsumer<Caller, String> refused;

  /**
   * @param refused is told who sent each, and its stable code
   */
  RefusedMessages(BiConsumer<Caller, String> refused) {
    this.refused = refused;
  }

  /** The answer to a message with this id, in the words of MCP. */
  HttpAnswer answer(Caller caller, int status, JsonNode id, RefusalCode code, RpcError error) {
    refused.accept(caller, code.code());
    return HttpAnswer.error(status, id, error.with("code", code.code()));
  }

  /** The answer to a message with this id. */
  HttpAnswer answer(Caller caller, JsonNode id, Refusal refusal) {
    tell(caller, refusal);
    return HttpAnswer.error(refusal.code().status(), id, Refusals.error(refusal));
  }

  /** The answer to a request that was refused on its way. */
  HttpAnswer answer(Exchange exchange, Refusal refusal) {
    tell(exchange.caller(), refusal);
    return error(exchange, refusal, Refusals.error(refusal, exchange.revision()));
  }

  /** The answer to a call of a tool that was refused on its way. */
  HttpAnswer answerCall(Exchange exchange, Refusal refusal) {
    tell(exchange.caller(), refusal);
    return switch (Refusals.told(refusal, exchange.revision())) {
      case Refusals.Told.AsError(var error) -> error(exchange, refusal, error);
      case Refusals.Told.AsResult(var result) ->
          HttpAnswer.of(RpcMessage.response(exchange.id(), McpMethods.complete(exchange, result)));
    };
  }

  /** The same, where something to read is not there: the answer repeats what was asked for. */
  HttpAnswer answer(Exchange exchange, Refusal refusal, String uri) {
    tell(exchange.caller(), refusal);
    var error = Refusals.error(refusal, exchange.revision());
    return error(
        exchange,
        refusal,
        refusal.code() == RefusalCode.UNKNOWN_URI ? error.with("uri", uri) : error);
  }

  /**
   * The answer to a completion that was refused on its way. What is not there is a param that is
   * not valid. Source: MCP, "Completion".
   */
  HttpAnswer answerCompletion(Exchange exchange, Refusal refusal) {
    tell(exchange.caller(), refusal);
    return error(exchange, refusal, Refusals.error(refusal));
  }

  private static HttpAnswer error(Exchange exchange, Refusal refusal, RpcError error) {
    return HttpAnswer.error(status(refusal.code()), exchange.id(), error)
        .challenging(Callers.challenges(exchange.request(), refusal));
  }

  private static int status(RefusalCode code) {
    return switch (code) {
      case INSUFFICIENT_SCOPE, INSUFFICIENT_USER_AUTHENTICATION -> code.status();
      case UNKNOWN_SERVER -> 404;
      case HEADER_MISMATCH -> 400;
      default -> 200;
    };
  }

  /** The answer to a method of HTTP that is not taken. */
  HttpAnswer method(Caller caller, String allowed) {
    var answer =
        answer(caller, NullNode.getInstance(), new Refusal(RefusalCode.METHOD_NOT_ALLOWED));
    return new HttpAnswer(answer.status(), answer.body(), Map.of("Allow", List.of(allowed)));
  }

  /** Tells of a refusal; not of one that ended an attempt, which has its own record. */
  void tell(Caller caller, Refusal refusal) {
    if (refusal.callId().isEmpty()) {
      refused.accept(caller, refusal.code().code());
    }
  }
}
