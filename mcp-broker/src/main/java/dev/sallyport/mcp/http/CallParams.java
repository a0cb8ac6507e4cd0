package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.ItemRequest;
import dev.sallyport.mcp.Retry;
import dev.sallyport.mcp.ToolCall;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import io.helidon.http.HeaderName;
import io.helidon.webserver.http.ServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the params of requests that are carried to servers. */
final class CallParams {
  private static final String META = "_meta";
  private static final String ARGUMENTS = "arguments";
  private static final String CONTEXT = "context";
  private static final String PARAM_HEADER = "mcp-param-";

  /** What the gateway says itself, or cannot give back what it asks for. */
  private static final Set<String> NOT_SENT_ON = Set.of("task", "inputResponses", "requestState");

  private CallParams() {}

  /** A call of a tool. */
  static ToolCall toolCall(Exchange exchange, ObjectNode params) {
    var name = params.path("name").textValue();
    var arguments = params.has(ARGUMENTS) ? params.get(ARGUMENTS) : Json.object();
    if (name == null || !(arguments instanceof ObjectNode named)) {
      throw malformed("A call has the tool's name, a text, and its arguments, an object.");
    }
    var besides = carried(params, Set.of("name", ARGUMENTS));
    return new ToolCall(
        name, named, besides, retry(params), mirrored(exchange.request(), exchange));
  }

  /** A request about a prompt, a resource or a template. */
  static ItemRequest itemRequest(String method, ObjectNode params) {
    return switch (method) {
      case Methods.GET_PROMPT -> {
        requireObject(params, ARGUMENTS);
        yield item(ItemRequest.Kind.PROMPT, method, "name", params);
      }
      case Methods.READ_RESOURCE -> item(ItemRequest.Kind.RESOURCE, method, "uri", params);
      case Methods.COMPLETE -> completion(params);
      default -> throw new IllegalArgumentException(method);
    };
  }

  private static ItemRequest item(
      ItemRequest.Kind kind, String method, String field, ObjectNode params) {
    return new ItemRequest(
        kind, method, text(params, field), carried(params, Set.of(field)), retry(params));
  }

  private static ItemRequest completion(ObjectNode params) {
    var kind =
        switch (params.path("ref").path("type").asText("")) {
          case "ref/prompt" -> ItemRequest.Kind.PROMPT;
          case "ref/resource" -> ItemRequest.Kind.TEMPLATE;
          default -> throw malformed("Say in ref what is completed: a ref/prompt or ref/resource.");
        };
    var field = kind == ItemRequest.Kind.PROMPT ? "name" : "uri";
    var name = text((ObjectNode) params.get("ref"), field);
    return new ItemRequest(kind, Methods.COMPLETE, name, completed(params), Retry.NONE);
  }

  /** What is sent on of a completion: what is completed has one value, that of so far. */
  private static ObjectNode completed(ObjectNode params) {
    var argument = params.path("argument");
    if (!argument.path("name").isTextual() || !argument.path("value").isTextual()) {
      throw malformed("Say in argument what is completed: its name and its value, both texts.");
    }
    requireObject(params, CONTEXT);
    var carried = carried(params, Set.of());
    if (carried.get(CONTEXT) instanceof ObjectNode given) {
      requireObject(given, ARGUMENTS);
      var context = given.deepCopy();
      if (context.get(ARGUMENTS) instanceof ObjectNode others) {
        others.remove(argument.path("name").textValue());
      }
      carried.set(CONTEXT, context);
    }
    return carried;
  }

  /** What a decision could not be made on must not be sent. */
  private static void requireObject(ObjectNode params, String member) {
    if (params.has(member) && !params.get(member).isObject()) {
      throw malformed("Say the " + member + " as an object.");
    }
  }

  /** A URI that a request is about. */
  static String text(ObjectNode params, String field) {
    var text = params.path(field).textValue();
    if (text == null) {
      throw malformed("Say the " + field + ", a text.");
    }
    return text;
  }

  private static Retry retry(ObjectNode params) {
    var state = params.get("requestState");
    var responses = params.get("inputResponses");
    if (state != null && !state.isTextual()) {
      throw malformed("The requestState is the text that was given.");
    }
    if (responses != null && !responses.isObject()) {
      throw malformed("The inputResponses are an object.");
    }
    return state == null && responses == null
        ? Retry.NONE
        : new Retry(
            Optional.ofNullable(state).map(JsonNode::textValue),
            Optional.ofNullable((ObjectNode) responses));
  }

  /** The headers that repeat arguments, where the revision has such. */
  private static Optional<Map<String, String>> mirrored(ServerRequest request, Exchange exchange) {
    if (!exchange.revision().isStateless()) {
      return Optional.empty();
    }
    var mirrored = new HashMap<String, String>();
    for (var header : request.headers()) {
      HeaderName name = header.headerName();
      if (name.lowerCase().startsWith(PARAM_HEADER)) {
        var key = name.lowerCase().substring(PARAM_HEADER.length()).toLowerCase(Locale.ROOT);
        mirrored.put(key, header.valueCount() == 1 ? header.get() : "\u0000");
      }
    }
    return Optional.of(mirrored);
  }

  /** All that is sent on beside what is named. */
  private static ObjectNode carried(ObjectNode params, Set<String> named) {
    var carried = Json.object();
    for (var member : params.properties()) {
      var name = member.getKey();
      if (!name.equals(META) && !named.contains(name) && !NOT_SENT_ON.contains(name)) {
        carried.set(name, member.getValue());
      }
    }
    var meta = carriedMeta(params.path(META));
    if (!meta.isEmpty()) {
      carried.set(META, meta);
    }
    return carried;
  }

  private static ObjectNode carriedMeta(JsonNode meta) {
    var carried = Json.object();
    for (var member : meta.properties()) {
      var name = member.getKey();
      if (!name.equals(Meta.PROGRESS_TOKEN) && !isOfThisHop(name)) {
        carried.set(name, member.getValue());
      }
    }
    return carried;
  }

  /** Whether each end of a connection uses a name with the other end alone. */
  private static boolean isOfThisHop(String name) {
    return name.startsWith("io.modelcontextprotocol/") || name.startsWith("dev.sallyport/");
  }

  private static Refusal malformed(String advice) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, advice);
  }
}
