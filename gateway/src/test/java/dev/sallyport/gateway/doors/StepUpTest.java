package dev.sallyport.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that gets the scopes that it lacks, from its first request on, at a whole gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StepUpTest {
  private static final String AGENT = "oidc://corp/agent-7";
  private static final Pattern SCOPE = Pattern.compile(".*, scope=\"([^\"]+)\".*");
  private static final String RESOURCES =
      """
      apiVersion: sallyport.dev/v1
      kind: Issuer
      metadata: {name: corp}
      spec: {issuer: "ISSUER", jwksUri: "JWKS", audience: "AUDIENCE", algorithms: [ES256], requiredScopes: [agents]}
      ---
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: crm}
      spec: {transport: streamable-http, url: "SERVER", approval: auto, quarantine: trusted}
      ---
      apiVersion: sallyport.dev/v1
      kind: ToolBinding
      metadata: {name: crm}
      spec:
        server: crm
        token: {scopes: [crm]}
        tools:
          read: {resource: accounts, action: read, token: {scopes: ["crm:read"]}}
          pay: {resource: accounts, action: pay, token: {acr: [gold], maxAgeSeconds: 300}}
          drop: {resource: accounts, action: drop, token: {scopes: ["crm:drop"]}}
      ---
      apiVersion: sallyport.dev/v1
      kind: Credential
      metadata: {name: model}
      spec: {kind: secret, value: model-secret, providers: [gpt]}
      ---
      apiVersion: sallyport.dev/v1
      kind: Provider
      metadata: {name: gpt}
      spec: {protocol: openai, baseUrl: "MODEL", credential: model}
      ---
      apiVersion: sallyport.dev/v1
      kind: Deployment
      metadata: {name: gpt}
      spec: {alias: gpt, provider: gpt, upstreamModel: obedient}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: agent}
      spec:
        identity: {workload: "oidc://corp/agent-7"}
        models: {allow: [gpt]}
        tools: [{resource: accounts, actions: [read, pay]}]
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: ci}
      spec:
        identity: {workload: "spiffe://prod/agent/ci"}
        tools: [{resource: accounts, actions: [read]}]
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: ann}
      spec:
        identity: {user: "oidc://corp/ann"}
        tools: [{resource: accounts, actions: [read]}]
      """;

  @TempDir private static Path folder;

  private final TestingIssuer issuer = new TestingIssuer();
  private final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS)
          .withEcho("read")
          .withEcho("pay")
          .withEcho("drop");
  private ObedientModel model;
  private TestingGateway gateway;

  @BeforeAll
  void open() throws Exception {
    model = new ObedientModel();
    gateway = TestingGateway.start(folder);
    gateway.apply(
        RESOURCES
            .replace("ISSUER", issuer.issuer())
            .replace("JWKS", issuer.jwksUri().toString())
            .replace("AUDIENCE", TestingGateway.AUDIENCE)
            .replace("SERVER", server.url().toString())
            .replace("MODEL", model.base().toString()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  void close() throws IOException {
    gateway.close();
    model.close();
    server.close();
    issuer.close();
  }

  /** Each token is got with just the scopes that the last challenge names. */
  @Test
  void leadsAClientFromNothingToItsCall() {
    var metadata =
        gateway.send(
            HttpRequest.newBuilder(
                    gateway.data().resolve("/.well-known/oauth-protected-resource/mcp/crm"))
                .build());
    assertThat(TestingGateway.read(metadata.body()).path("scopes_supported"))
        .extracting(JsonNode::asText)
        .containsExactly("agents", "crm");
    assertThat(metadata.body()).doesNotContain("crm:read", "crm:drop");

    var anonymous = call("nothing", "crm", "read");
    assertThat(anonymous.status()).isEqualTo(401);
    assertThat(asked(anonymous)).isEqualTo("agents crm");

    var first = call(token("files agents crm"), "crm", "read");
    assertThat(first.status()).isEqualTo(403);
    assertThat(asked(first)).isEqualTo("agents crm crm:read files");
    assertThat(first.json().at("/error/data/code").asText()).isEqualTo("insufficient_scope");

    var second = call(token(asked(first)), "crm", "read");
    assertThat(second.status()).as(second.response().body()).isEqualTo(200);
    assertThat(second.json().at("/result/isError").asBoolean()).isFalse();
  }

  @Test
  void leavesARecordThatNamesWhatWasDemanded() {
    var answer = call(token("agents crm"), "", "crm__read");
    var id = answer.json().at("/error/data/callId").asText();

    var record = record(id);
    assertThat(record.path("type").asText()).isEqualTo("denied");
    assertThat(record.path("code").asText()).isEqualTo("insufficient_scope");
    assertThat(record.path("reason").asText()).isEqualTo("insufficient_scope");
    assertThat(record.path("policy").asText()).isEqualTo("ToolBinding/crm");
    assertThat(record.path("rule").asText()).isEqualTo("/spec/tools/read/token");
    assertThat(record.path("demanded").toString()).isEqualTo("{\"scopes\":[\"crm\",\"crm:read\"]}");
    assertThat(record.path("scopes").toString()).isEqualTo("[\"agents\",\"crm\"]");
  }

  @ParameterizedTest
  @CsvSource({"gold, 100, true", "gold, 400, false", "silver, 0, false"})
  void wantsTheUserToSignInAnew(String acr, int age, boolean goesOn) {
    var claims = issuer.claims("agent-7", TestingGateway.AUDIENCE);
    claims.put("scope", "agents crm");
    claims.put("acr", acr);
    claims.put("auth_time", Instant.now().getEpochSecond() - age);

    var answer = call(issuer.key().sign(issuer.header(), claims), "crm", "pay");

    assertThat(answer.status()).isEqualTo(goesOn ? 200 : 401);
    if (!goesOn) {
      assertThat(answer.header("WWW-Authenticate"))
          .contains(
              ", error=\"insufficient_user_authentication\", acr_values=\"gold\","
                  + " max_age=\"300\", scope=\"agents crm\"");
    }
  }

  @Test
  void saysNothingOfWhatIsNotGranted() {
    var answer = call(token("agents"), "crm", "drop");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("unknown_tool");
    assertThat(answer.header("WWW-Authenticate")).isEmpty();
    assertThat(answer.response().body()).doesNotContain("crm:drop");
  }

  /** In a turn there is no status to give: the model reads the same code and what is needed. */
  @Test
  void tellsTheModelOfATurnWhatIsNeeded() {
    var narrow = turn(token("agents"));
    assertThat(narrow.toString()).contains("insufficient_scope", "Needed: scopes crm crm:read.");

    assertThat(turn(token("agents crm crm:read")).toString()).doesNotContain("insufficient_scope");
  }

  private JsonNode turn(String token) {
    var body =
        (ObjectNode)
            TestingGateway.read(
                "{\"model\":\"gpt\",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"sallyport\"}]}");
    body.put("input", "{\"call\": \"crm__read\", \"arguments\": {\"text\": \"x\"}}");
    var answer = gateway.post("/v1/responses", token, body.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return StreamSupport.stream(
            TestingGateway.read(answer.body()).path("output").spliterator(), false)
        .filter(item -> item.path("type").asText().equals("mcp_call"))
        .findFirst()
        .orElseThrow();
  }

  /** What an agent has for a user is what the user's token was given for. */
  @Test
  void wantsTheScopesOfAUserOfWhoeverActsForOne() {
    assertThat(call(gateway.svid("/agent/ci"), "crm", "read").status()).isEqualTo(200);

    assertThat(call(exchanged("agents crm"), "crm", "read").status()).isEqualTo(403);
    assertThat(call(exchanged("agents crm crm:read"), "crm", "read").status()).isEqualTo(200);
  }

  private String exchanged(String scopes) {
    var claims = issuer.claims("ann", TestingGateway.AUDIENCE);
    claims.put("scope", scopes);
    var form =
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
            + "&subject_token_type=urn:ietf:params:oauth:token-type:access_token&subject_token="
            + issuer.key().sign(issuer.header(), claims);
    var answer =
        gateway.send(
            HttpRequest.newBuilder(gateway.data().resolve("/oauth2/token"))
                .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestingGateway.read(answer.body()).path("access_token").asText();
  }

  @ParameterizedTest
  @CsvSource({
    "oidc://corp/agent-7,    '[\"crm\"]',              deny,  insufficient_scope, step_up",
    "oidc://corp/agent-7,    '[\"crm\",\"crm:read\"]', allow, '',                 ''",
    "spiffe://prod/agent/ci, '[]',                     allow, '',                 ''",
    "oidc://corp/nobody,     '[]',                     deny,  no_policy,          apply_policy"
  })
  void explainsWhatACallNeeds(
      String as, String scopes, String effect, String reason, String remedy) {
    var question = (ObjectNode) TestingGateway.read("{\"tool\":\"crm/read\",\"args\":{}}");
    question.put("as", as).set("scopes", TestingGateway.read("{\"a\":" + scopes + "}").get("a"));

    var told = gateway.admin().post("/admin/explain", question).orFail();

    assertThat(told.path("effect").asText()).isEqualTo(effect);
    assertThat(told.path("reason").asText()).isEqualTo(reason);
    assertThat(told.path("token").toString()).isEqualTo("{\"scopes\":[\"crm\",\"crm:read\"]}");
    assertThat(told.at("/remedies/0/remedy").asText()).isEqualTo(remedy);
  }

  @ParameterizedTest
  @CsvSource({
    "gold,   2026-11-22T10:00:00Z, allow",
    "gold,   2026-11-22T09:59:59Z, deny",
    "silver, 2026-11-22T10:00:00Z, deny"
  })
  void explainsWhatASignInIsGoodFor(String acr, String signedInAt, String effect) {
    var question =
        (ObjectNode)
            TestingGateway.read(
                "{\"tool\":\"crm/pay\",\"as\":\"%s\",\"scopes\":[\"crm\"],\"args\":{}}"
                    .formatted(AGENT));
    question.put("at", "2026-11-22T10:05:00Z").put("acr", acr).put("signedInAt", signedInAt);

    var told = gateway.admin().post("/admin/explain", question).orFail();

    assertThat(told.path("effect").asText()).isEqualTo(effect);
    assertThat(told.path("token").toString())
        .isEqualTo("{\"scopes\":[\"crm\"],\"acr\":[\"gold\"],\"maxAgeSeconds\":300}");
  }

  private String token(String scopes) {
    var claims = issuer.claims("agent-7", TestingGateway.AUDIENCE);
    claims.put("scope", scopes);
    return issuer.key().sign(issuer.header(), claims);
  }

  private Answer call(String token, String door, String tool) {
    var path = door.isEmpty() ? "/mcp" : "/mcp/" + door;
    var params = (ObjectNode) TestingGateway.read("{\"arguments\":{\"text\":\"x\"}}");
    return new McpCaller(gateway.data().resolve(path), token)
        .stateless("tools/call", params.put("name", tool), Map.of("Mcp-Name", tool));
  }

  private static String asked(Answer answer) {
    var challenges = answer.response().headers().allValues("WWW-Authenticate");
    assertThat(challenges).isEqualTo(List.of(challenges.getFirst()));
    var scope = SCOPE.matcher(challenges.getFirst());
    assertThat(scope.matches()).as(challenges.getFirst()).isTrue();
    return scope.group(1);
  }

  private JsonNode record(String callId) {
    return gateway.admin().get("/admin/evidence?call=" + callId).orFail().path("items").path(0);
  }
}
