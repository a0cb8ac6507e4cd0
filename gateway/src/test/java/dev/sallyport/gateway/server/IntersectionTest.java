package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** AZ-17: an agent on behalf of a user may do what both may, and nothing more. */
class IntersectionTest extends DelegationScene {
  private final TestingMcpServer crm =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS)
          .withEcho("read")
          .withEcho("write")
          .withEcho("drop");

  @BeforeAll
  void grant() {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: crm}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          tools: [{resource: crm, actions: [read, write]}]
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: alice}
        spec:
          identity: {user: 'oidc://corp/alice'}
          tools: [{resource: crm, actions: [read, drop]}]
        """
            .formatted(crm.url()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  void leave() {
    crm.close();
  }

  /** AZ-17. */
  @Test
  void letsAnAgentDoForAUserWhatBothMay() {
    var answer = callTool(gateway, exchanged("alice"), "read");

    assertThat(json(answer).has("result")).as(answer.body()).isTrue();
    assertThat(json(answer).at("/result/isError").asBoolean()).isFalse();
    var record = record("on_behalf_of", "oidc://corp/alice");
    assertThat(record.path("type").asText()).isEqualTo("intent");
    assertThat(record.path("principal").asText()).isEqualTo(AGENT);
    assertThat(record.path("policy").asText()).isEqualTo("ci");
  }

  /** AZ-17. */
  @Test
  void deniesItWhatEitherMayNot() {
    assertDenied("alice", "write", "action_not_granted");
    assertDenied("alice", "drop", "action_not_granted");
    assertThat(json(callTool(gateway, agent(), "write")).has("result")).isTrue();
  }

  /** AZ-17. */
  @Test
  void deniesItEverythingForAUserOfWhomNoPolicySpeaks() {
    assertDenied("bob", "read", "no_user_policy");
  }

  private void assertDenied(String user, String tool, String reason) {
    var answer = callTool(gateway, exchanged(user), tool);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).at("/error/data/code").asText()).isEqualTo("unknown_tool");
    var record = record("on_behalf_of", "oidc://corp/" + user);
    assertThat(record.path("type").asText()).isEqualTo("denied");
    assertThat(record.path("principal").asText()).isEqualTo(AGENT);
    assertThat(record.at("/target/tool").asText()).isEqualTo(tool);
    assertThat(record.path("reason").asText()).isEqualTo(reason);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    var body = answer.body();
    int data = body.indexOf("data: {");
    return TestingGateway.read(
        data < 0 ? body : body.substring(data + 6, body.indexOf('\n', data)));
  }
}
