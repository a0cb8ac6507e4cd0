package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A broker behind its routes, one server twice, and two callers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class McpRoutesScene {
  static final JsonMapper JSON = new JsonMapper();
  static final Map<String, String> MODERN =
      Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list");

  final McpHttpConfig config =
      new McpHttpConfig(
          50_000, 2, Duration.ofMinutes(30), 3, Duration.ofSeconds(15), Set.of("gateway.example"));
  final TestingBroker broker = new TestingBroker(FixedAuthority.allowingAll(), config);
  final TestingMcpServer crm =
      TestingMcpServer.speaking(Era.SESSIONS)
          .withEcho("echo")
          .withEcho("b")
          .withEcho("c")
          .withEcho("d")
          .withEcho("e");
  McpCaller alice = broker.client("alice");
  McpCaller bob = broker.client("bob");

  @BeforeAll
  void start() {
    broker.register("crm", crm, "trusted");
    broker.register("strict", crm, "strict");
    alice = broker.client("alice", "crm");
    bob = broker.client("bob", "crm");
  }

  @BeforeEach
  void answerByTool() {
    crm.answerCalls(TestingMcpServer::answerByTool);
  }

  @AfterAll
  void stop() {
    broker.close();
    crm.close();
  }

  Optional<String> lastOutcome() {
    return broker.evidence.records(Ended.class).stream()
        .map(ended -> ended.outcome().label())
        .reduce((_, last) -> last);
  }

  static Answer callWithToken(McpCaller caller, String token) {
    var params = callParams("echo");
    params.withObjectProperty("_meta").put("progressToken", token);
    return caller.stateless("tools/call", params, Map.of("Mcp-Name", "echo"));
  }

  static Answer initialize(McpCaller caller, String revision) {
    var params = empty().put("protocolVersion", revision);
    params.putObject("capabilities");
    params.putObject("clientInfo").put("name", "test").put("version", "1");
    var answer = request(caller, "initialize", params, Map.of());
    assertThat(answer.header("Mcp-Session-Id")).matches("[\\x21-\\x7e]{43}");
    return answer;
  }

  static Map<String, String> headers(Answer initialized, String revision) {
    return Map.of(
        "Mcp-Session-Id", initialized.header("Mcp-Session-Id"), "MCP-Protocol-Version", revision);
  }

  static Answer request(
      McpCaller caller, String method, ObjectNode params, Map<String, String> headers) {
    return caller.post(McpCaller.request(method, params).toString(), headers);
  }

  static ObjectNode callParams(String tool) {
    var params = empty().put("name", tool);
    params.putObject("arguments");
    return params;
  }

  static ObjectNode withMeta(ObjectNode params) {
    var meta = params.withObjectProperty("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    return params;
  }

  static Map<String, String> with(String one, String its, String other, String others) {
    return one.equals(other) ? Map.of(other, others) : Map.of(one, its, other, others);
  }

  static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
