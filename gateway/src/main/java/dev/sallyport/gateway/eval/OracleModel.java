package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A quarantined model that never errs, behind the form of OpenAI: it knows the answer to each
 * question from the corpus, and says it if the text that it is given holds it. Thread-safe.
 */
final class OracleModel implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String NAME = "oracle";

  private final Map<String, Known> answers = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private final WebServer server;

  OracleModel() {
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(rules -> rules.post("/v1/chat/completions", this::post))
            .build()
            .start();
  }

  /**
   * What is known.
   *
   * @param from what the text must hold for that
   */
  private record Known(JsonNode answer, String from) {}

  /**
   * Tells it the answer to a question of a text.
   *
   * @param from what the text holds, from which the answer is known
   * @return the question
   */
  String question(String from, JsonNode answer) {
    var question = "How much is amount %d of the task?".formatted(questions.incrementAndGet());
    answers.put(question, new Known(answer, from));
    return question;
  }

  /** How often it was asked so far. */
  int asked() {
    return asked.get();
  }

  /** A stage whose gateway asks this model. */
  Stage stage(List<Stage.Server> servers, Setting setting) throws IOException {
    return Stage.open(
        servers,
        resources(),
        List.of("--quarantine-model", NAME),
        setting.clock(),
        setting.progress());
  }

  private String resources() {
    return """
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: %1$s}
    spec: {kind: secret, value: no-secret-at-all, providers: [%1$s]}
    ---
    apiVersion: sallyport.dev/v1
    kind: Provider
    metadata: {name: %1$s}
    spec: {protocol: openai, baseUrl: "http://127.0.0.1:%2$d/v1", credential: %1$s}
    ---
    apiVersion: sallyport.dev/v1
    kind: Deployment
    metadata: {name: %1$s}
    spec: {alias: %1$s, provider: %1$s, upstreamModel: %1$s}
    ---
    """
        .formatted(NAME, server.port());
  }

  private void post(ServerRequest request, ServerResponse response) throws IOException {
    asked.incrementAndGet();
    var read = JSON.readTree(request.content().inputStream().readAllBytes());
    var said = read.path("messages").path(1).path("content").asText();
    var answer = NODES.objectNode().put("id", "answer").put("object", "chat.completion");
    answer.put("created", 1).put("model", NAME);
    var choice = answer.putArray("choices").addObject().put("index", 0);
    choice.put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", reply(said).toString());
    answer
        .putObject("usage")
        .put("prompt_tokens", 1)
        .put("completion_tokens", 1)
        .put("total_tokens", 2);
    response.header("Content-Type", "application/json").send(JSON.writeValueAsBytes(answer));
  }

  private ObjectNode reply(String said) {
    int end = said.indexOf("\n\n");
    var known =
        Optional.ofNullable(answers.get(said.substring("Question: ".length(), Math.max(end, 10))))
            .filter(one -> said.indexOf(one.from(), end) >= 0);
    var reply = NODES.objectNode().put("abstain", known.isEmpty());
    return known.isPresent() ? reply.set("answer", known.get().answer()) : reply.putNull("answer");
  }

  @Override
  public void close() {
    server.stop();
  }
}
