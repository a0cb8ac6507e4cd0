package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.EveryByte;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CV-20: an agent that got hold of one server's secret gives it to another as an argument. */
class PastedSecretTest {
  private static final String SECRET = "canary-8Xw3pQz6Lm1t";
  private static final String ENCODED =
      Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.US_ASCII));

  @TempDir private Path folder;
  private final TestingMcpServer crm =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("read");
  private final TestingMcpServer far =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("write").withEcho("pay");

  @AfterEach
  void close() {
    crm.close();
    far.close();
  }

  @Test
  void isInNoEvidenceThoughThePolicyWantsArgumentsHeldThere() throws Exception {
    try (var gateway = TestingGateway.start(folder)) {
      gateway.apply(scene());
      assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
      var agent = gateway.agent("/agent/ci");
      agent.call("crm__read", text("hello"));
      assertThat(crm.seen("tools/call").getFirst().header("Authorization"))
          .isEqualTo("Bearer " + SECRET);

      var pasted =
          List.of(
              text(SECRET),
              text("the key is " + SECRET + "."),
              text(ENCODED),
              text("x").put(SECRET, 1),
              text("x").set("deep", text(SECRET)));
      for (ObjectNode arguments : pasted) {
        agent.call("far__write", arguments);
        agent.call("far__pay", arguments);
        agent.call("far__unknown", arguments);
      }

      assertThat(far.seen("tools/call"))
          .as("what is sent is what was decided on")
          .hasSize(pasted.size())
          .allMatch(seen -> seen.header("Authorization").isEmpty());
      var evidence = gateway.admin().get("/admin/evidence?last=100").orFail().toString();
      assertThat(evidence.split("\\[REDACTED:crm]", -1))
          .as("intent, held and denied, of each")
          .hasSizeGreaterThan(2 * pasted.size());
      assertThat(evidence)
          .contains("hello", "\"type\":\"held\"", "\"type\":\"denied\"")
          .doesNotContain(SECRET, ENCODED);
    }
    assertThat(EveryByte.below(folder)).contains("spiffe://prod").doesNotContain(SECRET, ENCODED);
  }

  private static ObjectNode text(String text) {
    return JsonNodeFactory.instance.objectNode().put("text", text);
  }

  private String scene() {
    return """
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: ci}
    spec:
      identity: {workload: 'spiffe://prod/agent/ci'}
      tools:
      - {resource: crm, actions: ['*']}
      - {resource: far, actions: [write, pay], approve: [pay]}
      audit: {args: full}
    ---
    apiVersion: sallyport.dev/v1
    kind: Credential
    metadata: {name: crm}
    spec: {kind: secret, value: %s, servers: [crm]}
    ---
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: crm}
    spec: {transport: streamable-http, url: '%s', credential: crm, approval: auto, quarantine: trusted}
    ---
    apiVersion: sallyport.dev/v1
    kind: McpServer
    metadata: {name: far}
    spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
    """
        .formatted(SECRET, crm.url(), far.url());
  }
}
