package dev.sallyport.mcp.http;

import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.testing.TestingMcpServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpStream;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** R3: what is told of a task is what its caller would be answered. */
@Timeout(60)
class TaskNewsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String EXTENSION = "io.modelcontextprotocol/tasks";
  private static final Target SLOW = new Target.Tool("crm", "slow");

  private final AtomicBoolean revoked = new AtomicBoolean();
  private final AtomicInteger begun = new AtomicInteger();
  private final TestingBroker broker =
      new TestingBroker(FixedAuthority.allowingWhere(this::isGranted));
  private final TestingMcpServer upstream =
      TestingMcpServer.speaking(Era.STATELESS).withEcho("slow");
  private volatile String status = "working";

  private boolean isGranted(Principal principal, Target target) {
    return !(revoked.get() && target.equals(SLOW));
  }

  @BeforeEach
  void register() {
    upstream.able("extensions", JSON.createObjectNode().set(EXTENSION, JSON.createObjectNode()));
    upstream.answer(
        "tools/call",
        (_, exchange, request) -> {
          var task = task("own-" + begun.incrementAndGet()).put("resultType", "task");
          send(exchange, 200, response(request, task));
        });
    upstream.answer(
        "tasks/get",
        (_, exchange, request) -> {
          var task = task(request.at("/params/taskId").asText()).put("resultType", "complete");
          if (status.equals("completed")) {
            var content = task.putObject("result").putArray("content");
            content.addObject().put("type", "text").put("text", "done");
          }
          send(exchange, 200, response(request, task));
        });
    broker.register("crm", upstream, "trusted");
  }

  @AfterEach
  void stop() {
    broker.close();
    upstream.close();
  }

  @Test
  void tellsACallerOfItsOwnTasks() {
    var handle = begin("alice", "crm__slow");

    try (var stream = listening("alice", handle)) {
      var first = stream.next();
      assertThat(first.at("/params/notifications/taskIds/0").asText()).isEqualTo(handle);
      status = "completed";
      tell("own-1");
      var told = stream.next();

      assertThat(told.path("method").asText()).isEqualTo("notifications/tasks");
      assertThat(told.at("/params/taskId").asText()).isEqualTo(handle);
      assertThat(told.at("/params/status").asText()).isEqualTo("completed");
      assertThat(told.at("/params/result/content/0/text").asText()).isEqualTo("done");
      assertThat(told.path("params").has("resultType")).isFalse();
      assertThat(told.at("/params/_meta/io.modelcontextprotocol~1subscriptionId").asInt())
          .isEqualTo(1);
      assertThat(told.toString()).doesNotContain("own-1");
    }
    var listen = upstream.seen("subscriptions/listen").getLast().body();
    assertThat(listen.at("/params/notifications/taskIds/0").asText()).isEqualTo("own-1");
    assertThat(listen.at("/params/_meta").path("io.modelcontextprotocol/clientCapabilities"))
        .hasToString("{\"extensions\":{\"" + EXTENSION + "\":{}}}");
    assertThat(broker.evidence.records(Begun.class))
        .filteredOn(record -> record.action().target().equals(SLOW))
        .extracting(record -> record.action().caller().principal().id().value())
        .hasSize(3)
        .allMatch(caller -> caller.endsWith("alice"));
  }

  @Test
  void tellsNobodyOfTheTasksOfOthers() {
    var alices = begin("alice", "crm__slow");
    var bobs = begin("bob", "crm__slow");

    try (var stream = listening("bob", alices, "task.x", "own-1", bobs)) {
      assertThat(stream.next().at("/params/notifications/taskIds"))
          .singleElement()
          .isEqualTo(JSON.getNodeFactory().textNode(bobs));
      tell("own-1");
      tell("own-2");

      assertThat(stream.next().at("/params/taskId").asText()).isEqualTo(bobs);
    }
    assertThat(upstream.seen("tasks/get"))
        .extracting(seen -> seen.header("mcp-name"))
        .containsExactly("own-2");
    try (var stream = listening("bob", alices)) {
      var _ = stream.next();
      assertThat(stream.next().at("/result/resultType").asText()).isEqualTo("complete");
    }
  }

  /** Each look at the task is decided as its tool is decided then. */
  @Test
  void tellsNothingOfATaskWhoseToolIsNotGrantedAnyMore() {
    var handle = begin("alice", "crm__slow");
    broker.register("other", upstream, "trusted");
    var second = begin("alice", "other__slow");

    try (var stream = listening("alice", handle, second)) {
      var _ = stream.next();
      revoked.set(true);
      tell("own-1");
      tell("own-2");

      assertThat(stream.next().at("/params/taskId").asText()).isEqualTo(second);
    }
  }

  @Test
  void holdsWhatATaskOfAStrictServerGives() {
    broker.register("strict", upstream, "strict");
    var handle = begin("alice", "strict__slow");

    try (var stream = listening("alice", handle)) {
      var _ = stream.next();
      status = "completed";
      tell("own-1");
      var told = stream.next().path("params");

      assertThat(told.path("result").toString()).contains("{{").doesNotContain("done");
      assertThat(told.has("statusMessage")).isFalse();
    }
  }

  @Test
  void wantsClientsToSayThatTheyTakeTasks() {
    var handle = begin("alice", "crm__slow");

    var answer = broker.client("alice").post(listen(false, handle).toString(), headers());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(-32021);
  }

  private void tell(String id) {
    upstream.listeners().tell("notifications/tasks", task(id));
  }

  private McpStream listening(String token, String... handles) {
    return broker.client(token).open("POST", listen(true, handles).toString(), headers());
  }

  private static ObjectNode listen(boolean takesTasks, String... handles) {
    var params = JSON.createObjectNode();
    var ids = params.putObject("notifications").putArray("taskIds");
    for (var handle : handles) {
      ids.add(handle);
    }
    return McpCaller.request("subscriptions/listen", withMeta(params, takesTasks)).put("id", 1);
  }

  private static Map<String, String> headers() {
    return Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen");
  }

  private String begin(String token, String tool) {
    var params = JSON.createObjectNode().put("name", tool);
    params.putObject("arguments");
    var headers =
        Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", tool);
    var body = McpCaller.request("tools/call", withMeta(params, true)).toString();
    return broker.client(token).post(body, headers).json().at("/result/taskId").asText();
  }

  private static ObjectNode withMeta(ObjectNode params, boolean takesTasks) {
    var meta = params.withObjectProperty("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    var capabilities = meta.putObject("io.modelcontextprotocol/clientCapabilities");
    if (takesTasks) {
      capabilities.putObject("extensions").putObject(EXTENSION);
    }
    return params;
  }

  private ObjectNode task(String id) {
    return JSON.createObjectNode()
        .put("taskId", id)
        .put("status", status)
        .put("statusMessage", "on it")
        .put("createdAt", "2026-11-21T10:30:00Z")
        .put("lastUpdatedAt", "2026-11-21T10:31:00Z")
        .put("ttlMs", 60_000);
  }
}
