package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
 * question from the corpus, and says it if the text that it is given holds it; it finds passages,
 * and writes texts whose wording the corpus leaves open. Thread-safe.
 */
final class OracleModel implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String NAME = "oracle";
  private static final String INSTRUCTION = "Instruction: ";

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
   * @param from what the text must hold for that; empty if whoever asks has seen that it says it
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

  /**
   * Tells it a passage that it is to find.
   *
   * @return the name of the field in which it puts it
   */
  String passage(String passage) {
    var name = "part " + questions.incrementAndGet();
    answers.put(name, new Known(NODES.textNode(passage), passage));
    return name;
  }

  /**
   * Tells it a text that it is to write.
   *
   * @return the instruction upon which it does
   */
  String instruction(String text) {
    var instruction = "Write text %d of the task.".formatted(questions.incrementAndGet());
    answers.put(instruction, new Known(NODES.textNode(text), ""));
    return instruction;
  }

  /** How often it was asked so far. */
  int asked() {
    return asked.get();
  }

  /**
   * A stage whose gateway asks this model.
   *
   * @param more resources besides, as documents of YAML that end with {@code ---}; may be empty
   */
  Stage stage(List<Stage.Server> servers, String more, Setting setting) throws IOException {
    return Stage.open(
        servers,
        resources() + more,
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
    var asked = read.at("/response_format/json_schema/schema/properties/answer");
    var answer = NODES.objectNode().put("id", "answer").put("object", "chat.completion");
    answer.put("created", 1).put("model", NAME);
    var choice = answer.putArray("choices").addObject().put("index", 0);
    choice.put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", reply(said, asked));
    answer
        .putObject("usage")
        .put("prompt_tokens", 1)
        .put("completion_tokens", 1)
        .put("total_tokens", 2);
    response.header("Content-Type", "application/json").send(JSON.writeValueAsBytes(answer));
  }

  private String reply(String said, JsonNode asked) {
    int end = said.indexOf("\n\n");
    var task = said.substring(said.indexOf(' ') + 1, Math.max(end, said.indexOf(' ') + 1));
    var text = said.substring(Math.max(end, 0)).replace("\n| ", "\n");
    if (said.startsWith(INSTRUCTION)) {
      return known(task, text).map(JsonNode::asText).orElse("");
    }
    var fields = asked.path("anyOf").path(0).path("properties");
    var answer = fields.isMissingNode() ? known(task, text) : Optional.of(passages(fields, text));
    var reply = NODES.objectNode().put("abstain", answer.isEmpty());
    reply.set("answer", answer.orElseGet(NODES::nullNode));
    return reply.toString();
  }

  private JsonNode passages(JsonNode fields, String text) {
    var found = NODES.objectNode();
    fields
        .fieldNames()
        .forEachRemaining(name -> found.set(name, known(name, text).orElseGet(NODES::nullNode)));
    return found;
  }

  /** What is known, if the text holds what it is known from. */
  private Optional<JsonNode> known(String task, String text) {
    return Optional.ofNullable(answers.get(task))
        .filter(one -> text.contains(one.from()))
        .map(Known::answer);
  }

  @Override
  public void close() {
    server.stop();
  }
}
