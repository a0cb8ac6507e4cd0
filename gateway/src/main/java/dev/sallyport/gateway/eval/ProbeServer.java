package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.WireServer.Asked;
import dev.sallyport.gateway.eval.WireServer.Sent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * An MCP server whose tools return what their argument {@code case} names: {@code read}, and {@code
 * send}, {@code pay}, {@code wipe} and {@code drop}, of which it keeps what they were sent.
 * Thread-safe.
 */
final class ProbeServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String TOOLS =
      """
      [{"name": "read", "inputSchema": {"type": "object",
         "properties": {"case": {"type": "string"}}, "required": ["case"]},
        "outputSchema": {"type": "object", "properties": {
          "id": {"type": "string", "format": "uuid"}, "owner": {"type": "string", "format": "email"},
          "total": {"type": "number"}, "open": {"type": "boolean"}, "text": {"type": "string"},
          "items": {"type": "array"}}}},
       {"name": "send", "inputSchema": {"type": "object",
         "properties": {"to": {"type": "string"}, "body": {}, "more": {}}, "required": ["to"]}},
       {"name": "pay", "inputSchema": {"type": "object",
         "properties": {"to": {"type": "string"}}, "required": ["to"]}},
       {"name": "wipe", "inputSchema": {"type": "object"}},
       {"name": "drop", "inputSchema": {"type": "object"}}]
      """;

  private final WireServer wire;
  private final Map<String, UnaryOperator<Sent>> cases = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> results = new ConcurrentHashMap<>();
  private final List<String> sent = new CopyOnWriteArrayList<>();

  ProbeServer() throws IOException {
    wire = new WireServer(this::answer);
  }

  String url() {
    return wire.url() + "/mcp";
  }

  /** What a tool returns for a case: the whole result. */
  void returns(String name, JsonNode result) {
    results.put(name, result);
  }

  /** What becomes of the right answer for a case, on the wire. */
  void spoils(String name, UnaryOperator<Sent> spoil) {
    cases.put(name, spoil);
  }

  /** The arguments of all calls but those of {@code read}. */
  List<String> sent() {
    return List.copyOf(sent);
  }

  /** The result of a tool that has some structured content. */
  static ObjectNode structured(JsonNode content) {
    var result = NODES.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", content.toString());
    result.set("structuredContent", content);
    return result.put("isError", false);
  }

  /** The result of a tool that says a text. */
  static ObjectNode text(String text) {
    var result = NODES.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result.put("isError", false);
  }

  private Sent answer(Asked asked) {
    var message = asked.json();
    if (!message.has("id")) {
      return Sent.of(202, "application/json", new byte[0]);
    }
    var answer = NODES.objectNode().put("jsonrpc", "2.0");
    answer.set("id", message.get("id"));
    var params = message.path("params");
    switch (message.path("method").asText()) {
      case "server/discover" -> {
        var result = cached(answer);
        result.putArray("supportedVersions").add("2026-07-28");
        result.putObject("capabilities").putObject("tools");
      }
      case "tools/list" -> cached(answer).set("tools", tools());
      case "tools/call" -> {
        return called(answer, params);
      }
      default -> {
        answer.putObject("error").put("code", -32_601).put("message", "Method not found");
        return Sent.of(404, "application/json", bytes(answer));
      }
    }
    return Sent.json(answer.toString());
  }

  private static ObjectNode cached(ObjectNode answer) {
    return answer
        .putObject("result")
        .put("resultType", "complete")
        .put("ttlMs", 3_600_000)
        .put("cacheScope", "public");
  }

  private Sent called(ObjectNode answer, JsonNode params) {
    var arguments = params.path("arguments");
    if (!params.path("name").asText().equals("read")) {
      sent.add(arguments.toString());
    }
    var name = arguments.path("case").asText();
    var result = (ObjectNode) results.getOrDefault(name, text("done")).deepCopy();
    answer.set("result", result.put("resultType", "complete"));
    return cases.getOrDefault(name, sent -> sent).apply(Sent.json(answer.toString()));
  }

  private static JsonNode tools() {
    try {
      return JSON.readTree(TOOLS);
    } catch (IOException e) {
      throw new IllegalStateException("the tools are not JSON", e);
    }
  }

  /** The names of members that the definition of {@code read} promises. */
  static Set<String> names() {
    return Recount.names(tools().path(0).path("outputSchema"));
  }

  private static byte[] bytes(ObjectNode answer) {
    return answer.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
