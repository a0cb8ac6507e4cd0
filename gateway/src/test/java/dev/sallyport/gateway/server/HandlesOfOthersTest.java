package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ID-44: whatever names something of one principal names nothing for another: the answer is that of
 * a name that there never was, and so is what stands in evidence.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandlesOfOthersTest {
  private static final Pattern CODE = Pattern.compile("\"code\":\"(\\w+)\"");
  private static final String GONE = "404 unknown_turn: request.refused unknown_turn";
  private static final String ENDED = "404 unknown_session: request.refused unknown_session";
  private static final String BEGUN = "200 malformed_request: outcome malformed_request";
  private static final String BAD = "200 malformed_request: request.refused malformed_request";
  private static final String NONE = "200 unknown_task: denied no_rule";
  private static final String TASKS = "io.modelcontextprotocol/tasks";

  @TempDir private static Path folder;

  private final TestingMcpServer modern =
      TestingMcpServer.speaking(Era.STATELESS).withEcho("wish").withEcho("job").withEcho("hold");
  private final TestingMcpServer legacy =
      TestingMcpServer.speaking(Era.SESSIONS).withEcho("ask").withEcho("quick");
  private TestingGateway gateway;
  private McpCaller alice;
  private McpCaller bob;

  @BeforeAll
  void open() {
    modern.able("extensions", object("{\"%s\":{}}".formatted(TASKS)));
    modern.answerCalls(HandlesOfOthersTest::answerModern);
    legacy.answerCalls(HandlesOfOthersTest::answerLegacy);
    gateway = TestingGateway.start(folder);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: modern}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: legacy}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        """
            .formatted(modern.url(), legacy.url()));
    for (var name : List.of("alice", "bob")) {
      gateway.apply(
          """
          apiVersion: sallyport.dev/v1
          kind: AgentPolicy
          metadata: {name: %1$s}
          spec:
            identity: {workload: 'spiffe://prod/agent/%1$s'}
            tools:
              - {resource: modern, actions: [wish, job]}
              - {resource: modern, actions: [hold], approve: [hold]}
              - {resource: legacy, actions: ['*']}
          """
              .formatted(name));
    }
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
    alice = new McpCaller(gateway.data().resolve("/mcp"), gateway.svid("/agent/alice"));
    bob = new McpCaller(gateway.data().resolve("/mcp"), gateway.svid("/agent/bob"));
  }

  @AfterAll
  void close() {
    gateway.close();
    modern.close();
    legacy.close();
  }

  private static void answerModern(TestingMcpServer at, HttpExchange exchange, JsonNode request)
      throws IOException {
    switch (request.at("/params/name").asText()) {
      case "wish" -> {
        var wish = object("{\"resultType\":\"input_required\",\"requestState\":\"s-1\"}");
        wish.putObject("inputRequests")
            .putObject("q")
            .put("method", "elicitation/create")
            .putObject("params")
            .put("message", "Sure?");
        TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, wish));
      }
      case "job" -> {
        var task =
            object(
                "{\"resultType\":\"task\",\"taskId\":\"t-1\",\"status\":\"working\","
                    + "\"createdAt\":\"2026-11-22T00:00:00Z\","
                    + "\"lastUpdatedAt\":\"2026-11-22T00:00:00Z\",\"ttlMs\":60000}");
        TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, task));
      }
      default -> at.answerByTool(exchange, request);
    }
  }

  private static void answerLegacy(TestingMcpServer at, HttpExchange exchange, JsonNode request)
      throws IOException {
    if (!request.at("/params/name").asText().equals("ask")) {
      at.answerByTool(exchange, request);
      return;
    }
    try (var stream = new TestingStream(at, exchange)) {
      var id = TextNode.valueOf("q-" + request.path("id"));
      var _ = stream.ask(id, "elicitation/create", object("{\"message\":\"Sure?\"}"));
      stream.send(
          TestingMcpServer.response(
              request, object("{\"content\":[],\"resultType\":\"complete\"}")));
    }
  }

  /** A kind of handle: how alice gets one, what is done with it, and what bob gets for that. */
  record Kind(Given given, Use use, String told) {
    /** Whether its owner would be answered by a stream that has no end. */
    boolean hasNoEnd() {
      return use.equals(SESSION_STREAM) || use.equals(LOST_STREAM);
    }

    @FunctionalInterface
    interface Given {
      String by(HandlesOfOthersTest scene, McpCaller caller);
    }

    @FunctionalInterface
    interface Use {
      Answer of(HandlesOfOthersTest scene, McpCaller caller, String handle);
    }
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        kind("a turn, by header", TURN, (scene, caller, turn) -> scene.inTurn(caller, turn), GONE),
        kind("a turn, by _meta", TURN, (scene, caller, turn) -> scene.inMeta(caller, turn), GONE),
        kind("a session", SESSION, inSession("POST", "ping"), ENDED),
        kind("a session, told", SESSION, inSession("POST", "notifications/cancelled"), ENDED),
        kind("a session, answered", SESSION, inSession("POST", ""), ENDED),
        kind("a session's stream", SESSION, SESSION_STREAM, ENDED),
        kind("a session, ended", SESSION, inSession("DELETE", ""), ENDED),
        kind("a lost stream", SESSION, LOST_STREAM, ENDED),
        kind("a waiting call", wish("legacy__ask"), retry("legacy__ask"), BEGUN),
        kind("a sealed state", wish("modern__wish"), retry("modern__wish"), BEGUN),
        kind("a held call", wish("modern__hold"), retry("modern__hold"), BAD),
        kind("a task", JOB, task("tasks/get"), NONE),
        kind("a task, cancelled", JOB, task("tasks/cancel"), NONE),
        kind("a task, told", JOB, task("tasks/update"), NONE));
  }

  private static final Kind.Given TURN =
      (_, caller) -> {
        var headers = Map.of("Sallyport-Turn", "new");
        return caller.send("POST", "{}", headers).header("Sallyport-Turn");
      };

  private static final Kind.Given SESSION =
      (_, caller) -> Objects.requireNonNull(RevocationScene.session(caller).get("Mcp-Session-Id"));

  private static final Kind.Use SESSION_STREAM = inSession("GET", "");

  private static final Kind.Use LOST_STREAM =
      (_, caller, session) -> {
        var headers = sessionHeaders(session);
        headers.put("Last-Event-ID", "s1-0");
        return caller.send("GET", "", headers);
      };

  private static final Kind.Given JOB =
      (scene, caller) -> scene.called(caller, "modern__job", "").path("taskId").asText();

  private static Kind.Given wish(String tool) {
    return (scene, caller) -> scene.called(caller, tool, "").path("requestState").asText();
  }

  private static Kind.Use retry(String tool) {
    return (_, caller, handle) -> call(caller, tool, handle);
  }

  private static Kind.Use task(String method) {
    return (_, caller, handle) -> {
      var params = object("{}").put("taskId", handle);
      params.putObject("inputResponses");
      return stateless(caller, method, params, handle);
    };
  }

  private static Kind.Use inSession(String httpMethod, String method) {
    return (_, caller, session) -> {
      var body =
          switch (method) {
            case "" -> "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"action\":\"accept\"}}";
            case "ping" -> McpCaller.request(method, object("{}")).toString();
            default -> "{\"jsonrpc\":\"2.0\",\"method\":\"%s\"}".formatted(method);
          };
      return caller.send(
          httpMethod, httpMethod.equals("POST") ? body : "", sessionHeaders(session));
    };
  }

  private static Map<String, String> sessionHeaders(String session) {
    return new TreeMap<>(Map.of("Mcp-Session-Id", session, "MCP-Protocol-Version", "2025-11-25"));
  }

  private static Arguments kind(String what, Kind.Given given, Kind.Use use, String told) {
    return Arguments.argumentSet(what, new Kind(given, use, told));
  }

  private Answer inTurn(McpCaller caller, String turn) {
    return caller.post("{}", Map.of("Sallyport-Turn", turn));
  }

  private Answer inMeta(McpCaller caller, String turn) {
    var params = object("{\"name\":\"legacy__quick\",\"arguments\":{}}");
    params.putObject("_meta").put("dev.sallyport/turn", turn);
    return stateless(caller, "tools/call", params, "legacy__quick");
  }

  private JsonNode called(McpCaller caller, String tool, String state) {
    var answer = call(caller, tool, state);
    assertThat(answer.status()).isEqualTo(200);
    return answer.json().path("result");
  }

  private static Answer call(McpCaller caller, String tool, String state) {
    var params = object("{\"arguments\":{}}").put("name", tool);
    if (!state.isEmpty()) {
      params.put("requestState", state).putObject("inputResponses");
    }
    return stateless(caller, "tools/call", params, tool);
  }

  private static Answer stateless(McpCaller caller, String method, ObjectNode params, String name) {
    var headers = RevocationScene.stateless(method, params);
    var able = params.withObjectProperty("_meta");
    able.withObjectProperty("io.modelcontextprotocol/clientCapabilities")
        .putObject("elicitation")
        .putObject("form");
    able.withObjectProperty("io.modelcontextprotocol/clientCapabilities")
        .putObject("extensions")
        .putObject(TASKS);
    headers.put("Mcp-Name", name);
    return caller.post(McpCaller.request(method, params).toString(), headers);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isWorthNothingToAnother(Kind kind) {
    var handle = kind.given().by(this, alice);
    assertThat(handle).hasSizeGreaterThan(20);
    var never = invented(handle);

    var before = records().size();
    var others = kind.use().of(this, bob, handle);
    var afterOthers = records();
    var unknown = kind.use().of(this, bob, never);
    var afterUnknown = records();

    assertThat(others.status() + " " + code(others) + ": " + recorded(afterOthers.getLast()))
        .isEqualTo(kind.told());
    assertThat(shown(others, handle)).isEqualTo(shown(unknown, never)).contains("\"code\":");
    var written = written(afterOthers.subList(before, afterOthers.size()));
    assertThat(written)
        .isNotEmpty()
        .isEqualTo(written(afterUnknown.subList(afterOthers.size(), afterUnknown.size())));
    if (!kind.hasNoEnd()) {
      rejectWhatIsHeld();
      assertThat(shown(kind.use().of(this, alice, handle), handle))
          .isNotEqualTo(shown(others, handle));
    }
  }

  /** So that its owner, who comes again, does not wait for a person. */
  private void rejectWhatIsHeld() {
    records().stream()
        .filter(record -> record.path("type").asText().equals("held"))
        .map(record -> "/admin/calls/" + record.path("approval").asText() + "/reject")
        .forEach(path -> gateway.admin().post(path, object("{}")));
  }

  private static String code(Answer answer) {
    var code = CODE.matcher(answer.response().body());
    return code.find() ? code.group(1) : "";
  }

  /** The kind of a record, and why: the reason for which a call was denied, or the code. */
  private static String recorded(JsonNode record) {
    var kind = record.path(record.has("event") ? "event" : "type").asText();
    var code = record.path("code").asText(record.at("/facts/code").asText());
    return kind + " " + record.path("reason").asText(code);
  }

  /** What a person approved for one is approved for nobody else. */
  @Test
  void approvesNothingForAnotherWhoMakesTheVerySameCall() {
    var state = called(alice, "modern__hold", "").path("requestState").asText();
    var id = lastHeld();
    gateway.admin().post("/admin/calls/" + id + "/approve", object("{}")).orFail();

    var own = called(bob, "modern__hold", "");

    assertThat(own.path("resultType").asText()).isEqualTo("input_required");
    assertThat(lastHeld()).isNotEqualTo(id);
    assertThat(called(alice, "modern__hold", state).path("isError").asBoolean()).isFalse();
  }

  private String lastHeld() {
    return records().stream()
        .filter(record -> record.path("type").asText().equals("held"))
        .toList()
        .getLast()
        .path("approval")
        .asText();
  }

  private List<JsonNode> records() {
    var items = gateway.admin().get("/admin/evidence?last=1000").orFail().path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }

  /** Of another's handle and of none the same is written, but for what names the attempt. */
  private static List<String> written(List<JsonNode> records) {
    return records.stream()
        .map(record -> {
          var facts = (ObjectNode) record.deepCopy();
          facts.remove(List.of("seq", "at", "time", "call_id", "args", "context"));
          return facts
              .toString()
              .replaceAll("sha256:[0-9a-f]{64}|[0-9a-f]{64}|\"micros\":\\d+", "#");
        })
        .toList();
  }

  /** An answer without what it repeats of the request, and without the name of the attempt. */
  private static String shown(Answer answer, String handle) {
    return answer
        .response()
        .body()
        .replace(handle, "#")
        .replaceAll("call_[0-9a-z]+|\"callId\":\"[^\"]*\"", "#");
  }

  /** Of the same form, and never given to anyone. */
  private static String invented(String handle) {
    var end = handle.substring(handle.length() - 12);
    var other =
        end.chars()
            .map(each -> each == 'a' ? 'b' : 'a')
            .collect(
                StringBuilder::new,
                (text, each) -> text.append((char) each),
                StringBuilder::append);
    return handle.substring(0, handle.length() - 12) + other;
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) TestingGateway.read(json);
  }
}
