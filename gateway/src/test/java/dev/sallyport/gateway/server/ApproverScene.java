package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * A whole gateway whose configuration names approvers, before a server of which every call is held.
 */
abstract class ApproverScene extends DelegationScene {
  static final String HERE = TestingGateway.AUDIENCE + "/admin";
  static final String BOUND = "https://bound.example";
  static final String ALICE = "oidc://corp/alice";
  static final String SVID = "/person/eve";

  private final TestingMcpServer far =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("write");

  @Override
  Map<ConfigKey, String> configuration() {
    return Map.of(
        ConfigKey.ADMIN_APPROVERS,
        "oidc://corp/alice, oidc://corp/bob, oidc://corp/gone, oidc://bound/dora,"
            + " spiffe://prod/person/eve, spiffe://prod/agent/ci",
        ConfigKey.DPOP_NONCE_SECONDS,
        "600");
  }

  @BeforeAll
  void hold() {
    gateway.apply(issuer("bound", BOUND, "  dpop: required\n"));
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: far}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          tools: [{resource: far, actions: ['*'], approve: [write]}]
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: alice-herself}
        spec:
          identity: {workload: 'oidc://corp/alice'}
          tools: [{resource: far, actions: ['*'], approve: [write]}]
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: for-alice}
        spec:
          identity: {user: 'oidc://corp/alice'}
          tools: [{resource: far, actions: ['*']}]
        """
            .formatted(far.url()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  void leave() {
    far.close();
  }

  /** A token of a user for the control plane alone. */
  final String own(String name) {
    return user(name, Map.of("aud", HERE));
  }

  final String svid(String path) {
    return gateway.trustDomain().svid(path, HERE);
  }

  final JsonNode call(String token, String text) {
    return new McpCaller(gateway.data().resolve("/mcp"), token)
        .call("far__write", JsonNodeFactory.instance.objectNode().put("text", text))
        .json();
  }

  static String waits(JsonNode answer) {
    var told = answer.at("/result/structuredContent");
    assertThat(told.path("code").asText()).as(answer.toString()).isEqualTo("approval_required");
    return told.path("approvalId").asText();
  }

  final HttpResponse<String> get(String token, String path) {
    return send(request(path, "Bearer " + token, "GET"));
  }

  final HttpResponse<String> decide(String token, String id, String verb) {
    return send(request("/admin/calls/" + id + "/" + verb, "Bearer " + token, "POST"));
  }

  final HttpRequest.Builder request(String path, String authorization, String method) {
    return HttpRequest.newBuilder(gateway.gateway().admin().resolve(path))
        .header("Authorization", authorization)
        .header("Content-Type", "application/json")
        .method(
            method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
  }

  final HttpResponse<String> send(HttpRequest.Builder request) {
    return gateway.send(request.build());
  }

  static void assertStranger(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    assertThat(json(answer).path("code").asText()).isEqualTo("unauthenticated");
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"sallyport-admin\"");
  }

  static JsonNode json(HttpResponse<String> answer) {
    return TestingGateway.read(answer.body());
  }
}
