package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.Environment;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R13: calls of a live gateway that wait for a person, who decides with the command. */
class HeldCallApprovalTest {
  private static final Duration SETTLE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("write");
  private TestingGateway gateway;

  @BeforeEach
  void open() {
    gateway = TestingGateway.start(folder);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          tools: [{resource: far, actions: ['*'], approve: [write]}]
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: far}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        """
            .formatted(server.url()));
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
  }

  @AfterEach
  void close() {
    gateway.close();
    server.close();
  }

  @Test
  void goesOnOnceWhenAPersonHasApprovedIt() {
    var id = waits(call("a"));
    assertThat(waits(call("a"))).isEqualTo(id);
    assertThat(run("approve", "--calls"))
        .contains("pending  " + id + "  far/write", "spiffe://prod/agent/ci", "{\"text\":\"a\"}");
    assertThat(server.seen("tools/call")).isEmpty();

    assertThat(run("approve", "--calls", id)).contains("approved " + id + " far/write");

    assertThat(call("b").at("/result/structuredContent/code").asText())
        .isEqualTo("approval_required");
    assertThat(call("a").at("/result/structuredContent/text").asText()).isEqualTo("a");
    assertThat(waits(call("a"))).isNotEqualTo(id);
    assertThat(server.seen("tools/call")).hasSize(1);
    var evidence = gateway.admin().get("/admin/evidence?last=30").orFail().toString();
    assertThat(evidence)
        .contains(
            "\"type\":\"held\"",
            "\"approval\":\"" + id + "\"",
            "\"approved_by\":\"sallyport:admin\"");
  }

  @Test
  void staysApprovedOverARestart() {
    var id = waits(call("a"));
    run("approve", "--calls", id);

    gateway.close();
    gateway = TestingGateway.start(folder);
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();

    assertThat(call("a").at("/result/structuredContent/text").asText()).isEqualTo("a");
    assertThat(waits(call("a"))).isNotEqualTo(id);
    assertThat(server.seen("tools/call")).hasSize(1);
  }

  @Test
  void doesNotGoOnWhenItWasRejectedAfterAll() {
    var id = waits(call("a"));
    run("approve", "--calls", id);

    assertThat(run("approve", "--calls", id, "--reject")).contains("rejected " + id);

    assertThat(call("a").at("/result/structuredContent/code").asText())
        .isEqualTo("approval_rejected");
    assertThat(run("approve", "--calls")).contains("Nothing waits.");
    assertThat(fails("approve", "--calls", id)).contains("does not wait any more");
    assertThat(server.seen("tools/call")).isEmpty();
  }

  @Test
  void takesNothingButTheIdOfACall() {
    assertThat(fails("approve", "--calls", "far")).contains("named by its id");
    assertThat(fails("approve", "--calls", "00000000-0000-0000-0000-000000000000"))
        .contains("There is no resource");
  }

  @Test
  void isDecidedByAnApproverWithATokenOfTheirOwnInAFile() throws Exception {
    gateway.close();
    gateway =
        TestingGateway.start(
            folder, Map.of(ConfigKey.ADMIN_APPROVERS, "spiffe://prod/person/eve"), Map.of());
    assertThat(gateway.gateway().awaitServers(SETTLE)).isTrue();
    var token = gateway.trustDomain().svid("/person/eve", TestingGateway.AUDIENCE + "/admin");
    var file = Files.writeString(folder.resolve("token"), token + "\n").toString();
    var id = waits(call("a"));
    assertThat(fails("approve", "--calls", id)).contains("Only those whom admin.approvers names");

    assertThat(run("approve", "--calls", "--token-file", file)).contains("pending  " + id);
    assertThat(run("approve", "--calls", id, "--token-file", file)).contains("approved " + id);

    assertThat(call("a").at("/result/structuredContent/text").asText()).isEqualTo("a");
    assertThat(gateway.admin().get("/admin/evidence?last=30").orFail().toString())
        .contains("\"approved_by\":\"spiffe://prod/person/eve\"");
    assertThat(fails("approve", "--token-file", file)).contains("for held calls alone");
  }

  private static String waits(JsonNode answer) {
    assertThat(answer.at("/result/isError").asBoolean()).isTrue();
    var told = answer.at("/result/structuredContent");
    assertThat(told.path("code").asText()).isEqualTo("approval_required");
    assertThat(told.path("retryAfterMillis").asLong()).isPositive();
    assertThat(told.path("expiresAt").asText()).isNotEmpty();
    return told.path("approvalId").asText();
  }

  private int command(Terminal terminal, String... arguments) {
    var environment = new Environment(Map.of("SALLYPORT_DATA", gateway.dataDirectory().toString()));
    var approve =
        new CommandRunner.Named("approve", () -> new ApproveCommand(terminal, environment));
    return new CommandRunner(List.of(approve), terminal, "testing").run(arguments);
  }

  private String run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false);
    assertThat(command(terminal, arguments)).as(err.toString()).isZero();
    return out.toString();
  }

  private String fails(String... arguments) {
    var err = new StringWriter();
    var terminal = new Terminal(new PrintWriter(err, true), new PrintWriter(err, true), false);
    assertThat(command(terminal, arguments)).isEqualTo(1);
    return err.toString();
  }

  private JsonNode call(String text) {
    var arguments = JsonNodeFactory.instance.objectNode().put("text", text);
    return gateway.agent("/agent/ci").call("far__write", arguments).json();
  }
}
