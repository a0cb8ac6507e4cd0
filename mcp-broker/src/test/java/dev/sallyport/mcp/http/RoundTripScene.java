package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.McpStream;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A server of each era that wants something of its clients before it answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class RoundTripScene {
  static final JsonMapper JSON = new JsonMapper();
  static final String ELICIT = "elicitation/create";

  private static final AtomicInteger QUESTIONS = new AtomicInteger();

  /** Whether anything is granted. */
  volatile boolean granted = true;

  final TestingMcpServer modern =
      TestingMcpServer.speaking(Era.STATELESS)
          .withEcho("ask")
          .withEcho("other")
          .able("prompts", empty())
          .answer(
              "prompts/list",
              (_, exchange, request) -> {
                var listed = empty();
                listed.putArray("prompts").addObject().put("name", "ask");
                result(exchange, request, listed);
              });
  final TestingMcpServer legacy =
      TestingMcpServer.speaking(Era.SESSIONS).withEcho("ask").withEcho("other");
  final TestingBroker broker =
      new TestingBroker(
          FixedAuthority.allowingWhere(
              (_, target) -> granted || target instanceof Target.ServerInspection),
          new McpHttpConfig(
              200_000, 100, Duration.ofHours(5), 100, Duration.ofMillis(20), Set.of()));

  @BeforeAll
  void register() {
    broker.register("modern", modern, "trusted");
    broker.register("twin", modern, "trusted");
    broker.register("strict", modern, "strict");
    broker.register("legacy", legacy, "trusted");
    broker.register("ancient", legacy, "trusted");
  }

  @BeforeEach
  void askOnce() {
    granted = true;
    modern.answerCalls((_, exchange, request) -> wishOnce(exchange, request, ELICIT));
    modern.answer("prompts/get", (_, exchange, request) -> wishOnce(exchange, request, ELICIT));
    legacy.answerCalls((server, exchange, request) -> asking(server, exchange, request, ELICIT));
  }

  @AfterAll
  void stop() {
    broker.close();
    modern.close();
    legacy.close();
  }

  /** Wants an answer to a question first, and gives back what it was told. */
  static void wishOnce(HttpExchange exchange, JsonNode request, String method) throws IOException {
    var params = request.path("params");
    if (params.has("requestState")) {
      var told = empty();
      told.set("responses", params.path("inputResponses"));
      told.set("state", params.get("requestState"));
      result(exchange, request, said(told).put("resultType", "complete"));
    } else {
      result(exchange, request, wish(method, "s-1"));
    }
  }

  static ObjectNode wish(String method, String state) {
    var wish = empty().put("resultType", "input_required").put("requestState", state);
    wish.putObject("inputRequests")
        .putObject("q")
        .put("method", method)
        .putObject("params")
        .put("message", "Sure?");
    return wish;
  }

  /** Asks for each of these in turn, and gives back what it was told. */
  static void asking(
      TestingMcpServer server, HttpExchange exchange, JsonNode request, String... methods)
      throws IOException {
    try (var stream = new TestingStream(server, exchange)) {
      var told = empty();
      for (var method : methods) {
        var id = TextNode.valueOf("q-" + QUESTIONS.incrementAndGet());
        var answer = stream.ask(id, method, empty().put("message", method));
        told.withArray("answers")
            .add(answer.has("result") ? answer.get("result") : answer.get("error"));
      }
      stream.send(TestingMcpServer.response(request, said(told)));
    }
  }

  /** A result of a tool. */
  static ObjectNode said(ObjectNode told) {
    var result = empty();
    result.putArray("content").addObject().put("type", "text").put("text", told.toString());
    result.set("structuredContent", told);
    return result;
  }

  static void result(HttpExchange exchange, JsonNode request, ObjectNode result)
      throws IOException {
    TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, result));
  }

  McpCaller alice(String door) {
    return broker.client("alice", door);
  }

  McpCaller bob(String door) {
    return broker.client("bob", door);
  }

  static ObjectNode call(String tool, String text) {
    var params = empty().put("name", tool);
    params.putObject("arguments").put("text", text);
    return params;
  }

  /** The same request again, with what the client says. */
  static ObjectNode again(ObjectNode params, JsonNode wish) {
    var retry = params.deepCopy();
    retry.set("requestState", wish.get("requestState"));
    for (var wanted : wish.path("inputRequests").properties()) {
      retry
          .withObjectProperty("inputResponses")
          .putObject(wanted.getKey())
          .put("action", "accept")
          .put("to", wanted.getKey());
    }
    return retry;
  }

  static Answer modern(McpCaller caller, String method, ObjectNode params) {
    return modern(caller, method, params, able("elicitation"));
  }

  static Answer modern(
      McpCaller caller, String method, ObjectNode params, ObjectNode capabilities) {
    return caller.post(body(method, params, capabilities), headers(method, params));
  }

  static String body(String method, ObjectNode params, ObjectNode capabilities) {
    var whole = params.deepCopy();
    var meta = whole.withObjectProperty("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.set("io.modelcontextprotocol/clientCapabilities", capabilities);
    return McpCaller.request(method, whole).toString();
  }

  static Map<String, String> headers(String method, ObjectNode params) {
    return Map.of(
        "MCP-Protocol-Version",
        "2026-07-28",
        "Mcp-Method",
        method,
        "Mcp-Name",
        params.path("name").asText());
  }

  static ObjectNode able(String... capabilities) {
    var able = empty();
    for (var capability : capabilities) {
      able.putObject(capability);
    }
    return able;
  }

  /** A session of a client that can do that. */
  static Map<String, String> session(McpCaller caller, String... capabilities) {
    return new TreeMap<>(ItemScene.session(caller, "2025-11-25", able(capabilities)));
  }

  /** A request in a session whose answer is read as it comes. */
  static McpStream open(
      McpCaller caller, Map<String, String> session, int id, String method, ObjectNode params) {
    return caller.open("POST", McpCaller.request(method, params).put("id", id).toString(), session);
  }

  /** Answers a question in a session. */
  static Answer reply(
      McpCaller caller, Map<String, String> session, JsonNode question, ObjectNode result) {
    var answer = empty().put("jsonrpc", "2.0");
    answer.set("id", question.get("id"));
    answer.set("result", result);
    return caller.post(answer.toString(), session);
  }

  static JsonNode result(Answer answer) {
    return ItemScene.result(answer);
  }

  static JsonNode error(Answer answer) {
    return ItemScene.error(answer);
  }

  /** Waits until that many actions have ended so. */
  void awaitOutcomes(String label, long count) {
    while (outcomes(label) < count) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  long outcomes(String label) {
    return broker.evidence.records(Ended.class).stream()
        .filter(ended -> ended.outcome().label().equals(label))
        .count();
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  /** That nothing of it was said to the server. */
  void assertRefused(Answer answer, String code) {
    assertThat(error(answer).path("code").asInt()).isEqualTo(-32_602);
    assertThat(error(answer).at("/data/code").asText()).isEqualTo(code);
  }
}
