package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.ProductVersion;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.ListKind;
import dev.sallyport.mcp.ToolsView;
import dev.sallyport.mcp.upstream.Extensions;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Optional;

/** What every revision has that is answered without asking a server. */
final class McpMethods {
  /** What we say of ourselves. Never changed. */
  static final ObjectNode SERVER_INFO =
      Json.object()
          .put("name", "sallyport")
          .put("title", "Sallyport")
          .put("version", ProductVersion.text());

  private static final int LIST_LIFETIME_MILLIS = 30_000;

  private final Broker broker;
  private final McpHttpConfig config;
  private final RefusedMessages refusedMessages;

  McpMethods(Broker broker, McpHttpConfig config, RefusedMessages refusedMessages) {
    this.broker = broker;
    this.config = config;
    this.refusedMessages = refusedMessages;
  }

  /** Puts in what can be used here, and how it is used. */
  void introduce(Exchange exchange, ObjectNode result) {
    var capabilities = broker.capabilities(exchange.caller(), exchange.server());
    result.set(
        "capabilities",
        exchange.revision().isStateless() ? capabilities : Extensions.inSession(capabilities));
    broker
        .instructions(exchange.caller(), exchange.server())
        .ifPresent(text -> result.put("instructions", text));
  }

  /** Answers a method that there is not. */
  HttpAnswer unknownMethod(int status, Exchange exchange) {
    return refusedMessages.answer(
        exchange.caller(),
        status,
        exchange.id(),
        RefusalCode.INVALID_REQUEST,
        RpcError.of(RpcError.METHOD_NOT_FOUND, "Method not found"));
  }

  /** Answers a method that lists something. */
  HttpAnswer list(Exchange exchange, ListKind kind, ObjectNode params) {
    try {
      var cursor = params.path("cursor");
      if (!cursor.isMissingNode() && !cursor.isNull() && !cursor.isTextual()) {
        throw new Refusal(RefusalCode.MALFORMED_REQUEST);
      }
      var items = broker.list(exchange.caller(), exchange.server(), kind, view(exchange));
      var page =
          Pages.page(kind, items, Optional.ofNullable(cursor.textValue()), config.pageSize());
      if (exchange.revision().isStateless()) {
        page.put("ttlMs", LIST_LIFETIME_MILLIS).put("cacheScope", "private");
      }
      return HttpAnswer.of(RpcMessage.response(exchange.id(), complete(exchange, page)));
    } catch (Refusal refusal) {
      return refusedMessages.answer(exchange, refusal);
    }
  }

  /** How the URL wants tools listed. */
  private static Optional<ToolsView> view(Exchange exchange) {
    var named = exchange.request().query().first("tools").asOptional();
    return named.map(name ->
        ToolsView.find(name)
            .orElseThrow(() ->
                new Refusal(
                    RefusalCode.MALFORMED_REQUEST, "The tools of the URL are list or search.")));
  }

  /** The result with what the revision wants of every result, and with the turn. */
  static ObjectNode complete(Exchange exchange, ObjectNode result) {
    var meta = result.get("_meta") instanceof ObjectNode given ? given : result.putObject("_meta");
    meta.put(Meta.TURN, exchange.caller().turn().id().value());
    if (exchange.revision().isStateless()) {
      meta.set(Meta.SERVER_INFO, SERVER_INFO);
      if (!result.has("resultType")) {
        result.put("resultType", "complete");
      }
    }
    return result;
  }
}
