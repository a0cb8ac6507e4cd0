package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.ProductVersion;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.ToolAnswer;
import dev.sallyport.mcp.ToolCall;
import dev.sallyport.mcp.http.Refusals.Told;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Optional;
import java.util.function.Consumer;

/** The methods that every revision has: listing tools and calling them. */
final class McpMethods {
  static final String INITIALIZE = "initialize";
  static final String PING = "ping";
  static final String DISCOVER = "server/discover";
  static final String LIST_TOOLS = "tools/list";
  static final String CALL_TOOL = "tools/call";
  private static final int LIST_LIFETIME_MILLIS = 30_000;

  private final Broker broker;
  private final McpHttpConfig config;
  private final RefusedMessages refusedMessages;
  private final CallStreams streams;

  McpMethods(Broker broker, McpHttpConfig config, RefusedMessages refusedMessages) {
    this.broker = broker;
    this.config = config;
    this.refusedMessages = refusedMessages;
    this.streams = new CallStreams(config.keepAlive());
  }

  /** Puts in what we say that we can, and how it is used. */
  void introduce(Exchange exchange, ObjectNode result) {
    result.putObject("capabilities").putObject("tools");
    broker
        .instructions(exchange.caller(), exchange.server())
        .ifPresent(text -> result.put("instructions", text));
  }

  static ObjectNode serverInfo() {
    return Json.object()
        .put("name", "sallyport")
        .put("title", "Sallyport")
        .put("version", ProductVersion.text());
  }

  /** Answers a method that there is not. */
  HttpAnswer unknownMethod(int status, JsonNode id) {
    return refusedMessages.answer(
        status,
        id,
        RefusalCode.INVALID_REQUEST,
        RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found"));
  }

  /** Answers {@code tools/list}. */
  HttpAnswer list(Exchange exchange, ObjectNode params) {
    try {
      var cursor = params.path("cursor");
      if (!cursor.isMissingNode() && !cursor.isTextual()) {
        throw new Refusal(RefusalCode.MALFORMED_REQUEST);
      }
      var tools = broker.tools(exchange.caller(), exchange.server());
      var page = Pages.page(tools, Optional.ofNullable(cursor.textValue()), config.pageSize());
      if (exchange.revision().isStateless()) {
        page.put("ttlMs", LIST_LIFETIME_MILLIS).put("cacheScope", "private");
      }
      return HttpAnswer.of(RpcMessage.response(exchange.id(), complete(exchange, page)));
    } catch (Refusal refusal) {
      return refused(exchange, refusal);
    }
  }

  /**
   * Answers {@code tools/call}, and sends the answer itself.
   *
   * @param begun is told how the call can be given up
   */
  void call(Exchange exchange, ObjectNode params, Consumer<Cancellation> begun) {
    var token = Optional.ofNullable(params.path("_meta").get(Meta.PROGRESS_TOKEN));
    var accepts = Accepts.of(exchange.request());
    var followed = token.filter(McpMethods::isToken).filter(_ -> accepts.stream());
    boolean leavingCancels = exchange.revision().isStateless();
    try (var stream = new CallStream(exchange.response(), followed, leavingCancels)) {
      if (accepts.stream()) {
        streams.watch(stream);
      }
      try {
        begun.accept(stream.cancellation());
        stream.finish(answer(exchange, params, stream));
      } finally {
        streams.forget(stream);
      }
    }
  }

  private HttpAnswer answer(Exchange exchange, ObjectNode params, CallStream stream) {
    try {
      var name = params.path("name").textValue();
      var arguments = params.has("arguments") ? params.get("arguments") : Json.object();
      if (name == null || !(arguments instanceof ObjectNode named)) {
        throw new Refusal(
            RefusalCode.MALFORMED_REQUEST,
            "A call has the tool's name, a text, and its arguments, an object.");
      }
      var call = new ToolCall(name, named, CallParams.besides(params));
      return message(exchange, broker.call(exchange.caller(), exchange.server(), call, stream));
    } catch (Refusal refusal) {
      return refused(exchange, refusal);
    }
  }

  private static HttpAnswer message(Exchange exchange, ToolAnswer answer) {
    return HttpAnswer.of(
        switch (answer) {
          case ToolAnswer.Result(var result) ->
              RpcMessage.response(exchange.id(), complete(exchange, result));
          case ToolAnswer.Failure(var error) ->
              RpcMessage.failure(exchange.id(), ErrorBridge.onto(exchange.revision(), error));
          case ToolAnswer.Cancelled() ->
              RpcMessage.failure(
                  exchange.id(),
                  RpcError.of(RpcError.INTERNAL_ERROR, "The call was given up by its caller."));
        });
  }

  private HttpAnswer refused(Exchange exchange, Refusal refusal) {
    refusedMessages.tell(refusal);
    return switch (Refusals.told(refusal, exchange.revision())) {
      case Told.AsError(var error) -> {
        int status = refusal.code() == RefusalCode.UNKNOWN_SERVER ? 404 : 200;
        yield HttpAnswer.error(status, exchange.id(), error);
      }
      case Told.AsResult(var result) ->
          HttpAnswer.of(RpcMessage.response(exchange.id(), complete(exchange, result)));
    };
  }

  /** The result with what the revision wants of every result, and with the turn. */
  static ObjectNode complete(Exchange exchange, ObjectNode result) {
    var meta = result.get("_meta") instanceof ObjectNode given ? given : result.putObject("_meta");
    meta.put(Meta.TURN, exchange.caller().turn().id().value());
    if (exchange.revision().isStateless()) {
      meta.set(Meta.SERVER_INFO, serverInfo());
      result.put("resultType", "complete");
    }
    return result;
  }

  private static boolean isToken(JsonNode token) {
    return token.isTextual() || token.isIntegralNumber();
  }
}
