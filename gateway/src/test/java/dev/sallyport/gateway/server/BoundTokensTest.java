package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.DpopClient;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens that are bound to a key, through the whole gateway. */
class BoundTokensTest {
  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"crm__echo",\
      "arguments":{"text":"hello"},"_meta":{\
      "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientCapabilities":{}}}}\
      """;
  private static final String CHAT =
      """
      {"model":"fast","messages":[{"role":"user","content":"hello"}]}\
      """;

  @TempDir private Path folder;
  private final TestingIssuer issuer = new TestingIssuer();
  private final DpopClient client = new DpopClient(InstantSource.system());
  private final FakeProvider provider = new FakeProvider();
  private final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("echo");
  private TestingGateway gateway;

  @BeforeEach
  void open() throws Exception {
    gateway = TestingGateway.start(folder);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: Issuer
        metadata: {name: corp}
        spec: {issuer: "%s", jwksUri: "%s", audience: "%s", algorithms: [ES256], dpop: required}
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: crm}
        spec: {transport: streamable-http, url: "%s", approval: auto, quarantine: trusted}
        ---
        apiVersion: sallyport.dev/v1
        kind: Credential
        metadata: {name: main}
        spec: {kind: secret, value: model-secret, providers: [main]}
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: main}
        spec: {protocol: openai, baseUrl: "%s", credential: main}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: fast}
        spec: {alias: fast, provider: main, upstreamModel: gpt-test}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: agent}
        spec:
          identity: {workload: "oidc://corp/agent-7"}
          models: {allow: [fast]}
          tools: [{resource: crm, actions: ["*"]}]
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: "spiffe://prod/agent/ci"}
          models: {allow: [fast]}
          tools: [{resource: crm, actions: ["*"]}]
        """
            .formatted(
                issuer.issuer(),
                issuer.jwksUri(),
                TestingGateway.AUDIENCE,
                server.url(),
                provider.base()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
    provider.close();
    server.close();
    issuer.close();
  }

  /** ID-41: neither the token nor the proof goes on. */
  @Test
  void sendsNothingThatProvesTheCallerUpstream() throws Exception {
    var token = token();
    var proof = proof("/mcp", token);
    var called = post("/mcp", token, proof, CALL);
    assertThat(called.statusCode()).as(called.body()).isEqualTo(200);
    assertThat(post("/v1/chat/completions", token, proof("/v1/chat/completions", token), CHAT))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(200);

    assertThat(server.seen("tools/call")).isNotEmpty();
    assertThat(server.seen())
        .allSatisfy(request ->
            assertThat(request.all()).doesNotContain(token, proof, "DPoP", "dpop", "agent-7"));
    assertThat(provider.received())
        .isNotEmpty()
        .allSatisfy(request ->
            assertThat(request.toString()).doesNotContain(token, "DPoP", "dpop", "agent-7"));
    assertThat(gateway.admin().get("/admin/evidence?last=100").orFail().toString())
        .contains("\"principal\":\"oidc://corp/agent-7\"")
        .doesNotContain(token, proof);
  }

  /** ID-41: whoever comes with a token that is bound to nothing, or with a key. */
  @ParameterizedTest
  @ValueSource(strings = {"svid", "key"})
  void sendsNeitherAnSvidNorAKeyUpstream(String kind) {
    var token = kind.equals("svid") ? gateway.svid("/agent/ci") : key();
    var secret = token.substring(token.length() - 30); // of the signature, or of the key
    for (var request : List.of(request("/mcp", CALL), request("/v1/chat/completions", CHAT))) {
      var answer = gateway.send(request.header("Authorization", "Bearer " + token).build());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain(secret);
    }

    assertThat(server.seen("tools/call")).hasSize(1);
    assertThat(server.seen())
        .allSatisfy(request -> assertThat(request.all()).doesNotContain(secret, "agent/ci"));
    assertThat(provider.received())
        .hasSize(1)
        .allSatisfy(request -> assertThat(request.toString()).doesNotContain(secret, "agent/ci"));
    assertThat(gateway.admin().get("/admin/evidence?last=100").orFail().toString())
        .contains("\"principal\":\"spiffe://prod/agent/ci\"")
        .doesNotContain(secret);
  }

  private String key() {
    return gateway
        .apply(
            """
            apiVersion: sallyport.dev/v1
            kind: VirtualKey
            metadata: {name: ci}
            spec: {workload: 'spiffe://prod/agent/ci'}
            """)
        .at("/shownOnce/VirtualKey~1ci/key")
        .asText();
  }

  /** ID-34: the answer, the metric and the evidence of the product. */
  @Test
  void refusesAProofThatWasShownBefore() throws Exception {
    var token = token();
    var proof = proof("/v1/chat/completions", token);
    assertThat(post("/v1/chat/completions", token, proof, CHAT).statusCode()).isEqualTo(200);

    var again = post("/v1/chat/completions", token, proof, CHAT);

    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(again.body())
        .contains("\"code\":\"unauthenticated\"")
        .doesNotContain("proof", "replay");
    assertThat(again.headers().allValues("WWW-Authenticate"))
        .anyMatch(each -> each.startsWith("DPoP ") && each.endsWith("error=\"invalid_token\""));
    assertThat(gateway.get("/v1/models", token).statusCode()).isEqualTo(401);
    assertThat(metrics()).contains("{method_or_reason=\"proof_replayed\",result=\"refused\"} 1.0");
    assertThat(gateway.admin().get("/admin/evidence?last=20").orFail().findValuesAsText("reason"))
        .containsAll(List.of("proof_replayed", "proof_missing"));
  }

  private String metrics() {
    return gateway
        .send(
            HttpRequest.newBuilder(gateway.gateway().admin().resolve("/metrics"))
                .header("Authorization", "Bearer " + gateway.adminToken())
                .build())
        .body();
  }

  private String token() {
    var claims = issuer.claims("agent-7", TestingGateway.AUDIENCE);
    claims.put("cnf", client.confirmation());
    return issuer.key().sign(issuer.header(), claims);
  }

  private String proof(String path, String token) {
    return client.proof("POST", gateway.data().resolve(path), token);
  }

  private HttpResponse<String> post(String path, String token, String proof, String json) {
    return gateway.send(
        request(path, json).header("Authorization", "DPoP " + token).header("DPoP", proof).build());
  }

  private HttpRequest.Builder request(String path, String json) {
    return HttpRequest.newBuilder(gateway.data().resolve(path))
        .header("Content-Type", "application/json")
        .header("Accept", "application/json, text/event-stream")
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "tools/call")
        .header("Mcp-Name", "crm__echo")
        .POST(BodyPublishers.ofString(json));
  }
}
