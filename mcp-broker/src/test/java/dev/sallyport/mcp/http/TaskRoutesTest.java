package dev.sallyport.mcp.http;

import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.testing.TestingMcpServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R3: a task is asked for as its tool is called. */
class TaskRoutesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String EXTENSION = "io.modelcontextprotocol/tasks";
  private static final String ID = "task-of-the-server-1";
  private static final Target SLOW = new Target.Tool("crm", "slow");

  private final AtomicBoolean revoked = new AtomicBoolean();
  private final TestingBroker broker =
      new TestingBroker(FixedAuthority.allowingWhere(this::isGranted));
  private final TestingMcpServer upstream =
      TestingMcpServer.speaking(Era.STATELESS).withEcho("slow");

  private boolean isGranted(Principal principal, Target target) {
    return !(revoked.get() && target.equals(SLOW));
  }

  @BeforeEach
  void register() {
    upstream.able("extensions", JSON.createObjectNode().set(EXTENSION, JSON.createObjectNode()));
    upstream.answer("tools/call", (_, exchange, request) -> begin(exchange, request));
    upstream.answer("tasks/get", (_, exchange, request) -> finished(exchange, request));
    broker.register("crm", upstream, "trusted");
  }

  @AfterEach
  void stop() {
    broker.close();
    upstream.close();
  }

  @Test
  void carriesATaskUnderANameOfItsOwn() {
    var begun = begin(broker.client("alice"), "crm__slow");
    var handle = begun.path("taskId").asText();

    var got = ask("alice", "tasks/get", handle).json().path("result");

    assertThat(begun.path("resultType").asText()).isEqualTo("task");
    assertThat(begun.path("statusMessage").asText()).isEqualTo("on it");
    assertThat(begun.has("cacheScope")).isFalse();
    assertThat(handle).startsWith("task.");
    assertThat(begun.toString() + got).doesNotContain(ID);
    assertThat(got.path("taskId").asText()).isEqualTo(handle);
    assertThat(got.path("resultType").asText()).isEqualTo("complete");
    assertThat(got.at("/result/content/0/text").asText()).isEqualTo("done");
    var seen = upstream.seen("tasks/get").getFirst();
    assertThat(seen.header("mcp-name")).isEqualTo(ID);
    assertThat(seen.body().at("/params/taskId").asText()).isEqualTo(ID);
    assertThat(broker.evidence.records(Begun.class).getLast().action().target()).isEqualTo(SLOW);
  }

  @Test
  void carriesWhatATaskIsToldAndThatItIsNotWantedAnyMore() {
    for (var method : new String[] {"tasks/update", "tasks/cancel"}) {
      upstream.answer(
          method,
          (_, exchange, request) -> {
            var result = JSON.createObjectNode().put("resultType", "complete");
            send(exchange, 200, response(request, result));
          });
    }
    var handle = begin(broker.client("alice"), "crm__slow").path("taskId").asText();

    var params = JSON.createObjectNode().put("taskId", handle);
    params.putObject("inputResponses").putObject("name").put("action", "accept");
    var updated = post("alice", "tasks/update", params, handle, true);
    var cancelled = ask("alice", "tasks/cancel", handle);

    assertThat(updated.json().at("/result/resultType").asText()).isEqualTo("complete");
    assertThat(cancelled.json().at("/result/resultType").asText()).isEqualTo("complete");
    assertThat(
            upstream
                .seen("tasks/update")
                .getFirst()
                .body()
                .at("/params/inputResponses/name/action")
                .asText())
        .isEqualTo("accept");
    assertThat(upstream.seen("tasks/cancel").getFirst().header("mcp-name")).isEqualTo(ID);
  }

  @Test
  void beginsATaskThroughAWrapperToo() {
    var params = JSON.createObjectNode().put("name", "call_tool");
    params.putObject("arguments").put("name", "crm__slow").putObject("arguments");

    var begun = post("alice", "tools/call", params, "call_tool", true).json().path("result");

    assertThat(ask("alice", "tasks/get", begun.path("taskId").asText()).json().at("/result/status"))
        .isEqualTo(JSON.getNodeFactory().textNode("completed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ID, "task.", "task.sealed-99", "task." + ID})
  void knowsNoTaskByAnotherName(String handle) {
    begin(broker.client("alice"), "crm__slow");

    assertUnknown(ask("alice", "tasks/get", handle));
  }

  @ParameterizedTest
  @MethodSource("dev.sallyport.mcp.testing.TestingBroker#strangers")
  void knowsNoTaskOfAnotherOwner(String owner, String stranger) {
    var handle = begin(broker.client(owner), "crm__slow").path("taskId").asText();

    assertUnknown(ask(stranger, "tasks/get", handle));
    assertUnknown(ask(stranger, "tasks/cancel", handle));
    assertThat(ask(owner, "tasks/get", handle).json().has("result")).isTrue();
  }

  @Test
  void knowsNoTaskAtTheDoorOfAnotherServer() {
    broker.register("other", upstream, "trusted");
    var handle = begin(broker.client("alice", "crm"), "slow").path("taskId").asText();

    var params = JSON.createObjectNode().put("taskId", handle);
    assertUnknown(post(broker.client("alice", "other"), "tasks/get", params, handle, true));
    assertThat(
            post(broker.client("alice", "crm"), "tasks/get", params, handle, true)
                .json()
                .at("/result/status")
                .asText())
        .isEqualTo("completed");
  }

  @Test
  void decidesOnATaskAsOnItsToolNow() {
    var handle = begin(broker.client("alice"), "crm__slow").path("taskId").asText();
    revoked.set(true);

    assertUnknown(ask("alice", "tasks/get", handle));
  }

  @Test
  void holdsWhatATaskOfAStrictServerGives() {
    broker.register("strict", upstream, "strict");
    var begun = begin(broker.client("alice"), "strict__slow");

    var got = ask("alice", "tasks/get", begun.path("taskId").asText()).json().path("result");

    assertThat(begun.path("status").asText()).isEqualTo("working");
    assertThat(begun.has("statusMessage")).isFalse();
    assertThat(got.path("status").asText()).isEqualTo("completed");
    assertThat(got.path("result").toString()).doesNotContain("done").contains("{{");
    assertThat(got.has("statusMessage")).isFalse();
  }

  @Test
  void wantsTheHeaderToNameTheTask() {
    var handle = begin(broker.client("alice"), "crm__slow").path("taskId").asText();
    var params = JSON.createObjectNode().put("taskId", handle);

    var answer = post("alice", "tasks/get", params, "another", true);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(-32020);
    assertThat(upstream.seen("tasks/get")).isEmpty();
  }

  @Test
  void wantsClientsToSayThatTheyTakeTasks() {
    var handle = begin(broker.client("alice"), "crm__slow").path("taskId").asText();

    var params = JSON.createObjectNode().put("taskId", handle);
    var answer = post("alice", "tasks/get", params, handle, false);
    var call = callParams("crm__slow");
    var called = post("alice", "tools/call", call, "crm__slow", false).json();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(-32021);
    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("invalid_request");
    assertThat(
            answer
                .json()
                .path("error")
                .path("data")
                .path("requiredCapabilities")
                .path("extensions")
                .has(EXTENSION))
        .isTrue();
    assertThat(called.at("/result/structuredContent/code").asText())
        .isEqualTo("upstream_malformed");
    assertThat(
            upstream
                .seen("tools/call")
                .getLast()
                .body()
                .at("/params/_meta")
                .path("io.modelcontextprotocol/clientCapabilities"))
        .isEmpty();
  }

  @Test
  void namesTheExtensionWhereAServerHasIt() {
    var plain = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo");
    try (plain) {
      broker.register("plain", plain, "trusted");

      assertThat(extensions("/mcp/crm").has(EXTENSION)).isTrue();
      assertThat(extensions("/mcp").has(EXTENSION)).isTrue();
      assertThat(extensions("/mcp/plain").has(EXTENSION)).isFalse();
    }
  }

  @Test
  void hasNoTasksInSessions() {
    var caller = broker.client("alice");
    var initialized = McpRoutesScene.initialize(caller, "2025-11-25");

    var answer =
        McpRoutesScene.request(
            caller,
            "tasks/get",
            JSON.createObjectNode().put("taskId", "x"),
            McpRoutesScene.headers(initialized, "2025-11-25"));

    assertThat(initialized.json().at("/result/capabilities").has("extensions")).isFalse();
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(-32601);
  }

  private void assertUnknown(Answer answer) {
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(-32602);
    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("unknown_task");
    assertThat(upstream.seen("tasks/get")).isEmpty();
    assertThat(upstream.seen("tasks/cancel")).isEmpty();
  }

  private JsonNode extensions(String path) {
    var caller = new McpCaller(broker.server.uri(path), "alice");
    return caller
        .stateless("server/discover", JSON.createObjectNode())
        .json()
        .at("/result/capabilities/extensions");
  }

  private static JsonNode begin(McpCaller caller, String tool) {
    return post(caller, "tools/call", callParams(tool), tool, true).json().path("result");
  }

  private Answer ask(String token, String method, String handle) {
    var params = JSON.createObjectNode().put("taskId", handle);
    return post(token, method, params, handle, true);
  }

  private Answer post(
      String token, String method, ObjectNode params, String name, boolean takesTasks) {
    return post(broker.client(token), method, params, name, takesTasks);
  }

  private static Answer post(
      McpCaller caller, String method, ObjectNode params, String name, boolean takesTasks) {
    var meta = params.withObjectProperty("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    var capabilities = meta.putObject("io.modelcontextprotocol/clientCapabilities");
    if (takesTasks) {
      capabilities.putObject("extensions").putObject(EXTENSION);
    }
    var headers =
        Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Mcp-Name", name);
    return caller.post(McpCaller.request(method, params).toString(), headers);
  }

  private static ObjectNode callParams(String tool) {
    var params = JSON.createObjectNode().put("name", tool);
    params.putObject("arguments");
    return params;
  }

  private static void begin(HttpExchange exchange, JsonNode request) throws IOException {
    var task = task("working").put("resultType", "task").put("statusMessage", "on it");
    send(exchange, 200, response(request, task));
  }

  private static void finished(HttpExchange exchange, JsonNode request) throws IOException {
    var task = task("completed").put("resultType", "complete").put("statusMessage", "ready");
    var content = task.putObject("result").put("isError", false).putArray("content");
    content.addObject().put("type", "text").put("text", "done");
    send(exchange, 200, response(request, task));
  }

  private static ObjectNode task(String status) {
    return JSON.createObjectNode()
        .put("taskId", ID)
        .put("status", status)
        .put("createdAt", "2026-11-21T10:30:00Z")
        .put("lastUpdatedAt", "2026-11-21T10:31:00Z")
        .put("ttlMs", 60_000)
        .put("pollIntervalMs", 500);
  }
}
