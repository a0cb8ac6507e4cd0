package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.vault.testing.Received;
import dev.sallyport.vault.testing.TestingUpstream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A provider of both protocols that says its caller's key wherever it can. The model that is asked
 * for says how: {@code echo}, {@code tool}, {@code garbage}, {@code cut} or a status.
 */
final class CanaryModel implements AutoCloseable {
  /** The last makes that nobody is asked with this key any more. */
  static final List<String> WAYS = List.of("echo", "tool", "garbage", "cut", "400", "500", "401");

  private static final String TOOL_CALL =
      """
      {"index":0,"id":"call_1","type":"function",\
      "function":{"name":"near__headers","arguments":"{}"}}\
      """;

  private final String key;
  private final String said;
  private final TestingUpstream upstream = TestingUpstream.scripted(this::serve);

  CanaryModel(Canary key) {
    this.key = key.value();
    this.said = key.told();
  }

  URI uri() {
    return upstream.uri("/v1");
  }

  /** Every request, as it came. */
  List<Received> heard() {
    return upstream.requests();
  }

  private void serve(TestingUpstream.Peer peer) throws IOException {
    for (var request = peer.receive(); request.isPresent(); request = peer.receive()) {
      var asked = TestingGateway.read(request.get().body());
      peer.send(answer(request.get(), asked));
      if (asked.path("model").asText().equals("cut")) {
        return;
      }
    }
  }

  private byte[] answer(Received request, JsonNode asked) {
    boolean anthropic = request.target().endsWith("/messages");
    boolean stream = asked.path("stream").asBoolean();
    boolean calls = asked.has("tools") && !request.body().contains("tool_call_id");
    return switch (asked.path("model").asText()) {
      case "echo" -> said(anthropic, stream, false);
      case "tool" -> said(anthropic, stream, calls && !anthropic);
      case "garbage" -> http(200, "text/plain", "<html>" + said + "</html>");
      case "cut" -> cut(said(anthropic, stream, false));
      case String status -> json(Integer.parseInt(status), error(status));
    };
  }

  private byte[] said(boolean anthropic, boolean stream, boolean calls) {
    if (stream) {
      return anthropic ? anthropicEvents() : openaiEvents(calls);
    }
    return json(200, anthropic ? anthropic() : openai(calls));
  }

  private ObjectNode anthropic() {
    var body = object().put("id", key).put("type", "message").put("role", "assistant");
    body.put("model", key).put("stop_reason", "end_turn").put(key, key);
    body.putArray("content").addObject().put("type", "text").put("text", said);
    body.putObject("usage").put("input_tokens", 1).put("output_tokens", 1);
    return body;
  }

  private ObjectNode openai(boolean calls) {
    var body = object().put("id", key).put("object", "chat.completion").put("created", 1);
    body.put("model", key).put("system_fingerprint", said).put(key, key);
    var choice = body.putArray("choices").addObject().put("index", 0);
    choice.put("finish_reason", calls ? "tool_calls" : "stop");
    var message = choice.putObject("message").put("role", "assistant").put("content", said);
    if (calls) {
      message.set("tool_calls", TestingGateway.read("[" + TOOL_CALL + "]"));
    }
    body.putObject("usage").put("prompt_tokens", 1).put("completion_tokens", 1);
    return body;
  }

  private ObjectNode error(String status) {
    var body = object().put("type", "error").put("detail", said).put(key, key);
    body.putObject("error")
        .put("type", key)
        .put("code", key)
        .put("param", key)
        .put("message", (status.equals("401") ? "Incorrect API key provided: " : "") + said);
    return body;
  }

  private byte[] openaiEvents(boolean calls) {
    var all = new StringBuilder(": " + said + "\n\nevent: " + key + "\ndata: {}\n\n");
    chunk(all, "{\"role\":\"assistant\",\"content\":$}", "null");
    if (calls) {
      chunk(all, "{\"tool_calls\":[" + TOOL_CALL + "]}", "null");
    }
    chunk(all, "{}", calls ? "\"tool_calls\"" : "\"stop\"");
    return http(200, "text/event-stream", all + "data: [DONE]\n\n");
  }

  private void chunk(StringBuilder all, String delta, String reason) {
    var chunk =
        """
        {"id":$,"object":"chat.completion.chunk","created":1,"model":$,"x":$,\
        "choices":[{"index":0,"delta":DELTA,"finish_reason":REASON}]}\
        """;
    var filled = quoting(chunk.replace("DELTA", delta).replace("REASON", reason));
    all.append("data: ").append(filled).append("\n\n");
  }

  private byte[] anthropicEvents() {
    var all = new StringBuilder(": " + said + "\n\n");
    event(all, "message_start", "{\"message\":{\"id\":$,\"model\":$,\"usage\":{}}}");
    event(
        all,
        "content_block_start",
        "{\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":$}}");
    event(
        all, "content_block_delta", "{\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":$}}");
    event(all, "content_block_stop", "{\"index\":0}");
    event(all, "message_delta", "{\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{}}");
    event(all, "message_stop", "{\"x\":$}");
    return http(200, "text/event-stream", all.toString());
  }

  private void event(StringBuilder all, String type, String data) {
    all.append("event: ").append(type).append("\nid: ").append(key).append("\ndata: ");
    all.append(quoting("{\"type\":\"" + type + "\"," + data.substring(1))).append("\n\n");
  }

  private String quoting(String template) {
    return template.replace("$", JsonNodeFactory.instance.textNode(said).toString());
  }

  private byte[] json(int status, ObjectNode body) {
    return http(status, "application/json", body.toString());
  }

  /** An answer with the key in every place that an answer has. */
  private byte[] http(int status, String type, String body) {
    var fields =
        """
        HTTP/1.1 STATUS KEY
        Content-Type: TYPE; x="y"
        X-Request-Id: KEY
        Retry-After: KEY
        WWW-Authenticate: Bearer error="KEY"
        Set-Cookie: key=KEY
        X-Said: SAID
        Content-Length: LENGTH

        """;
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    var head =
        fields
            .replace("STATUS", String.valueOf(status))
            .replace("TYPE", type)
            .replace("LENGTH", String.valueOf(length))
            .replace("SAID", said)
            .replace("KEY", key);
    return (head.replace("\n", "\r\n") + body).getBytes(StandardCharsets.UTF_8);
  }

  /** The same, without its end. */
  private static byte[] cut(byte[] answer) {
    var text = new String(answer, StandardCharsets.UTF_8);
    return text.replace("Content-Length: ", "Content-Length: 9").getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  @Override
  public void close() {
    upstream.close();
  }
}
