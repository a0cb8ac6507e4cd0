package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.ListKind;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What is written on the stream of {@code subscriptions/listen}. Source: MCP 2026-07-28. */
final class Listening {
  private Listening() {}

  /**
   * The lists of which a client wants to hear.
   *
   * @param honoured takes what of the wish is granted
   */
  static Set<ListKind> lists(ObjectNode wanted, ObjectNode honoured) {
    var lists = EnumSet.noneOf(ListKind.class);
    for (var kind : ListKind.values()) {
      var field = field(kind);
      if (wanted.path(field).booleanValue()) {
        lists.add(kind);
        honoured.put(field, true);
      }
    }
    return lists;
  }

  private static String field(ListKind kind) {
    return switch (kind) {
      case TOOLS -> "toolsListChanged";
      case PROMPTS -> "promptsListChanged";
      case RESOURCES, TEMPLATES -> "resourcesListChanged";
    };
  }

  /** Everything names the request that it answers. */
  static Listeners.Shape shape(Exchange exchange, ObjectNode honoured) {
    var params = Json.object();
    params.set("notifications", honoured);
    var first = RpcMessage.notification("notifications/subscriptions/acknowledged", params);
    var end = McpMethods.complete(exchange, Json.object());
    end.withObjectProperty("_meta").set(Meta.SUBSCRIPTION_ID, exchange.id());
    return new Listeners.Shape(
        Optional.of(named(exchange, first)),
        message -> named(exchange, message),
        Optional.of(RpcMessage.response(exchange.id(), end)),
        refusal ->
            Optional.of(
                RpcMessage.failure(exchange.id(), Refusals.error(refusal, exchange.revision()))));
  }

  private static ObjectNode named(Exchange exchange, ObjectNode notification) {
    var message = notification.deepCopy();
    message
        .withObjectProperty("params")
        .withObjectProperty("_meta")
        .set(Meta.SUBSCRIPTION_ID, exchange.id());
    return message;
  }
}
