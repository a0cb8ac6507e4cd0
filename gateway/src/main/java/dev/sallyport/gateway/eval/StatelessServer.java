package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * MCP servers of revision 2026-07-28 on one port, each at a path. Thread-safe if its answers are.
 */
final class StatelessServer implements AutoCloseable {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII) // so that halves of characters can be sent
          .build();
  private static final int METHOD_NOT_FOUND = -32_601;

  private final Answers answers;
  private final WebServer server;

  StatelessServer(Answers answers) {
    this.answers = answers;
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(rules -> rules.post("/{server}", this::post))
            .build()
            .start();
  }

  /**
   * What is said to a request.
   *
   * @param body the result, or the error
   * @param before the notifications that go before it
   */
  record Reply(boolean isResult, ObjectNode body, List<ObjectNode> before) {
    static Reply result(ObjectNode body) {
      return new Reply(true, body, List.of());
    }
  }

  /** What servers answer. */
  @FunctionalInterface
  interface Answers {
    /** Empty if that server does not have the method. */
    Optional<Reply> answer(String server, String method, JsonNode params);
  }

  String url(String name) {
    return "http://127.0.0.1:" + server.port() + "/" + name;
  }

  private void post(ServerRequest request, ServerResponse response) throws IOException {
    var message = JSON.readTree(request.content().inputStream().readAllBytes());
    if (!message.has("id")) {
      response.status(Status.ACCEPTED_202).send();
      return;
    }
    var name = request.path().pathParameters().get("server");
    var reply = answers.answer(name, message.path("method").asText(), message.path("params"));
    var answer = NODES.objectNode().put("jsonrpc", "2.0");
    answer.set("id", message.get("id"));
    if (reply.isEmpty()) {
      answer.putObject("error").put("code", METHOD_NOT_FOUND).put("message", "Method not found");
      response.status(Status.NOT_FOUND_404);
    } else if (reply.get().isResult()) {
      answer.set("result", reply.get().body().put("resultType", "complete"));
    } else {
      answer.set("error", reply.get().body());
    }
    send(response, answer, reply.map(Reply::before).orElse(List.of()));
  }

  private static void send(ServerResponse response, ObjectNode answer, List<ObjectNode> before)
      throws IOException {
    if (before.isEmpty()) {
      response.header("Content-Type", "application/json").send(JSON.writeValueAsBytes(answer));
      return;
    }
    var events = new StringBuilder();
    for (var message : before) {
      events.append("data: ").append(JSON.writeValueAsString(message)).append("\n\n");
    }
    events.append("data: ").append(JSON.writeValueAsString(answer)).append("\n\n");
    response
        .header("Content-Type", "text/event-stream")
        .send(events.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What a server of tools, prompts and resources says first. */
  static Reply discovered(List<String> capabilities) {
    var result = cached();
    result.putArray("supportedVersions").add("2026-07-28");
    var all = result.putObject("capabilities");
    capabilities.forEach(all::putObject);
    return Reply.result(result);
  }

  /** A list of tools, or of something else. */
  static Reply listed(String name, List<ObjectNode> items) {
    var result = cached();
    items.forEach(result.putArray(name)::add);
    return Reply.result(result);
  }

  private static ObjectNode cached() {
    return NODES.objectNode().put("ttlMs", 0).put("cacheScope", "public");
  }

  @Override
  public void close() {
    server.stop();
  }
}
