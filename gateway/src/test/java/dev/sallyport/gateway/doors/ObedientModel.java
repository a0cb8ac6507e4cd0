package dev.sallyport.gateway.doors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.gateway.testing.TestingGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * A provider in OpenAI's form whose model calls the tool that its user names, in a message such as
 * {@code {"call": "crm__read", "arguments": {}}}, and says that it is done once it has the result.
 */
final class ObedientModel implements AutoCloseable {
  private final HttpServer server;

  ObedientModel() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
  }

  private void answer(HttpExchange exchange) throws IOException {
    var request =
        TestingGateway.read(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    var message = message(request.path("messages"));
    boolean stream = request.path("stream").asBoolean();
    var body = (stream ? events(message) : whole(message)).getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set("Content-Type", stream ? "text/event-stream" : "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static ObjectNode message(JsonNode messages) {
    var message = object("{\"role\":\"assistant\"}");
    var wanted = wanted(messages);
    if (wanted.isMissingNode()
        || messages.path(messages.size() - 1).path("role").asText().equals("tool")) {
      return message.put("content", "done");
    }
    var call =
        message
            .putNull("content")
            .putArray("tool_calls")
            .addObject()
            .put("id", "call_1")
            .put("type", "function");
    call.putObject("function")
        .put("name", wanted.path("call").asText())
        .put("arguments", wanted.path("arguments").toString());
    return message;
  }

  private static JsonNode wanted(JsonNode messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      var content = messages.path(i).path("content");
      var text = content.isTextual() ? content.asText() : content.path(0).path("text").asText();
      if (messages.path(i).path("role").asText().equals("user") && text.startsWith("{\"call\"")) {
        return TestingGateway.read(text);
      }
    }
    return messages.path(-1);
  }

  private static String whole(ObjectNode message) {
    var answer = head("chat.completion");
    var choice = answer.putArray("choices").addObject().put("index", 0);
    choice.set("message", message);
    choice.put("finish_reason", reason(message));
    answer.set("usage", usage());
    return answer.toString();
  }

  private static String events(ObjectNode message) {
    var delta = message.deepCopy();
    delta.path("tool_calls").forEach(call -> ((ObjectNode) call).put("index", 0));
    var first = head("chat.completion.chunk");
    var choice = first.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("finish_reason");
    var last = head("chat.completion.chunk");
    last.putArray("choices")
        .addObject()
        .put("index", 0)
        .put("finish_reason", reason(message))
        .putObject("delta");
    var usage = head("chat.completion.chunk");
    usage.putArray("choices");
    usage.set("usage", usage());
    return "data: " + first + "\n\ndata: " + last + "\n\ndata: " + usage + "\n\ndata: [DONE]\n\n";
  }

  private static String reason(ObjectNode message) {
    return message.has("tool_calls") ? "tool_calls" : "stop";
  }

  private static ObjectNode usage() {
    return object("{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}");
  }

  private static ObjectNode head(String kind) {
    return object("{\"id\":\"c-1\",\"created\":1,\"model\":\"obedient\"}").put("object", kind);
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) TestingGateway.read(json);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
