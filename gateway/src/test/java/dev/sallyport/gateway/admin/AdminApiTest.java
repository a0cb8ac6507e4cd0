package dev.sallyport.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.document.DocumentReader;
import dev.sallyport.gateway.document.InvalidDocumentsException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminApiTest extends AdminScene {
  /** The policy from before Sallyport, which loads unchanged. */
  private static final String FINANCE_ANALYST =
      """
      apiVersion: access.envisionai.dev/v1
      kind: AgentPolicy
      metadata: {name: finance-analyst-readonly}
      spec:
        identity: {workload: "spiffe://prod/agent/finance-analyst"}
        models: {allow: [reasoning-high, summarization], budget: {daily_usd: 75}}
        tools: [{resource: salesforce.accounts, actions: [read, search], deny: [export, update, delete]}]
        credentials: {injection: runtime, expose_to_agent: false}
        audit: {record: [identity, policy, action, outcome]}
      """;

  @Test
  void loadsThePolicyOfTheDesignUnchanged() {
    var applied = gateway.apply(FINANCE_ANALYST);

    assertThat(applied.at("/changes/0/kind").asText()).isEqualTo("AgentPolicy");
    var got = gateway.admin().get("/admin/agentpolicies/finance-analyst-readonly").orFail();
    assertThat(got.path("apiVersion").asText()).isEqualTo("access.envisionai.dev/v1");
    assertThat(got.at("/spec/models/budget/daily_usd").asInt()).isEqualTo(75);
    assertThat(got.at("/status/version").asInt()).isEqualTo(1);
  }

  @Test
  void refusesAPolicyThatWouldShowCredentialsToAgents() {
    var reply =
        gateway.tryApply(
            FINANCE_ANALYST.replace("expose_to_agent: false", "expose_to_agent: true"));

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body().path("code").asText()).isEqualTo("invalid_resource");
    assertThat(reply.body().at("/errors/0/pointer").asText()).startsWith("/spec/credentials");
    assertThat(reply.body().at("/errors/0/name").asText()).isEqualTo("finance-analyst-readonly");
  }

  @Test
  void appliesNothingWhenOneOfThreeDocumentsHasAMistake() {
    var reply =
        gateway.tryApply(
            policy("atomic-a", "spiffe://prod/atomic/a")
                + "---\n"
                + policy("atomic-b", "spiffe://prod/atomic/b").replace("allow", "alow")
                + "---\n"
                + policy("atomic-c", "spiffe://prod/atomic/c"));

    assertThat(reply.status()).isEqualTo(422);
    assertThat(gateway.admin().get("/admin/agentpolicy/atomic-a").status()).isEqualTo(404);
    assertThat(gateway.admin().get("/admin/agentpolicy/atomic-c").status()).isEqualTo(404);
  }

  @Test
  void changesNothingWhenTheSameIsAppliedTwice() {
    var documents = policy("twice", "spiffe://prod/twice");
    gateway.apply(documents);

    var again = gateway.apply(documents);

    assertThat(again.at("/changes/0/effect").asText()).isEqualTo("unchanged");
    assertThat(again.at("/changes/0/version").asInt()).isEqualTo(1);
  }

  @Test
  void showsWhatWouldChangeInADryRun() {
    gateway.apply(policy("dry", "spiffe://prod/dry"));
    var body = "[" + json(policy("dry", "spiffe://prod/wet")) + "]";

    var answer = send("POST", "/admin/apply?dryRun=true", body);

    assertThat(tree(answer).at("/changes/0/diff/0").asText())
        .isEqualTo("~ /spec/identity/workload: \"spiffe://prod/dry\" -> \"spiffe://prod/wet\"");
    assertThat(
            gateway
                .admin()
                .get("/admin/agentpolicy/dry")
                .orFail()
                .at("/spec/identity/workload")
                .asText())
        .isEqualTo("spiffe://prod/dry");
  }

  @Test
  void putsReadsAndDeletesOneResource() {
    var put = send("PUT", "/admin/AgentPolicy/one", spec("spiffe://prod/one"));

    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(put.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(send("GET", "/admin/agentpolicies/one", "").headers().firstValue("ETag"))
        .contains("\"1\"");
    assertThat(send("DELETE", "/admin/agentpolicy/one", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/admin/agentpolicy/one", "").statusCode()).isEqualTo(404);
  }

  @Test
  void refusesAChangeOfAVersionThatNoLongerStands() {
    send("PUT", "/admin/agentpolicy/race", spec("spiffe://prod/race/1"));
    var first = withIfMatch("/admin/agentpolicy/race", "\"1\"", spec("spiffe://prod/race/2"));

    var second = withIfMatch("/admin/agentpolicy/race", "\"1\"", spec("spiffe://prod/race/3"));

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(tree(second).path("code").asText()).isEqualTo("conflict");
  }

  @Test
  void takesYamlAsItStandsInAFile() {
    var request =
        admin("/admin/apply")
            .header("Content-Type", "application/yaml")
            .POST(BodyPublishers.ofString(policy("yaml", "spiffe://prod/yaml")))
            .build();

    assertThat(gateway.send(request).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource
  void answersMistakesWithAProblem(
      String method, String path, String body, int status, String code) {
    var answer = send(method, path, body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(tree(answer).path("code").asText()).isEqualTo(code);
    assertThat(tree(answer).path("status").asInt()).isEqualTo(status);
    assertThat(answer.body()).doesNotContain("Exception", "dev.sallyport");
  }

  static Stream<Arguments> answersMistakesWithAProblem() {
    var apply = "/admin/apply";
    return Stream.of(
        Arguments.of("GET", "/nowhere", "", 404, "unknown_path"),
        Arguments.of("GET", "/admin", "", 404, "unknown_path"),
        Arguments.of("GET", "/admin/gateways", "", 404, "unknown_path"),
        Arguments.of("GET", "/admin/agentpolicy/nobody", "", 404, "unknown_resource"),
        Arguments.of("DELETE", "/admin/agentpolicy/nobody", "", 404, "unknown_resource"),
        Arguments.of("DELETE", apply, "", 405, "method_not_allowed"),
        Arguments.of("PATCH", "/admin/agentpolicy/x", "{}", 405, "method_not_allowed"),
        Arguments.of("POST", "/metrics", "", 405, "method_not_allowed"),
        Arguments.of("POST", "/openapi", "", 405, "method_not_allowed"),
        Arguments.of("POST", apply, "", 400, "malformed_request"),
        Arguments.of("POST", apply, "{", 400, "malformed_request"),
        Arguments.of("POST", apply, "[]", 400, "malformed_request"),
        Arguments.of("POST", apply, "[7]", 400, "malformed_request"),
        Arguments.of("POST", apply, "{\"a\":1,\"a\":2}", 400, "malformed_request"),
        Arguments.of("POST", apply, "[" + document("Nothing") + "]", 422, "invalid_resource"),
        Arguments.of("PUT", "/admin/agentpolicy/x", "{\"spec\":7}", 400, "malformed_request"),
        Arguments.of("PUT", "/admin/agentpolicy/X Y", "{\"spec\":{}}", 400, "malformed_request"),
        Arguments.of("POST", "/admin/keys", "{\"orgId\":\"a\"}", 400, "malformed_request"),
        Arguments.of("POST", "/admin/keys", "{\"orgID\":\"a\"}", 400, "malformed_request"),
        Arguments.of("POST", "/admin/deployments", "[]", 400, "malformed_request"),
        Arguments.of(
            "POST",
            "/admin/deployments",
            "{\"alias\":\"a\",\"provider\":\"none\",\"upstreamModel\":\"m\"}",
            422,
            "invalid_resource"),
        Arguments.of(
            "POST",
            "/admin/tools/none/approve",
            "{\"tools\":[{\"tool\":\"x\",\"digest\":\"y\"}]}",
            404,
            "unknown_server"),
        Arguments.of(
            "POST", "/admin/tools/none/approve", "{\"tools\":\"all\"}", 400, "malformed_request"),
        Arguments.of(
            "POST", "/admin/tools/none/approve", "{\"tools\":[\"x\"]}", 400, "malformed_request"),
        Arguments.of(
            "POST", "/admin/tools/none/reject", "{\"tools\":\"all\"}", 404, "unknown_server"),
        Arguments.of("POST", "/admin/tools/none/approve", "{}", 400, "malformed_request"),
        Arguments.of("GET", "/admin/tools?status=odd", "", 400, "malformed_request"),
        Arguments.of("GET", "/admin/servers/none/contracts/suggested", "", 404, "unknown_server"),
        Arguments.of("GET", "/admin/calls/none/view", "", 404, "unknown_resource"),
        Arguments.of("GET", "/admin/evidence?last=0", "", 400, "malformed_request"));
  }

  @Test
  void tellsEveryMistakeOfADocumentWithItsPlace() {
    var answer =
        send("PUT", "/admin/agentpolicy/x", "{\"kind\":\"Provider\",\"spce\":{},\"metadata\":[]}");

    assertThat(tree(answer).path("errors"))
        .extracting(error -> error.path("pointer").asText())
        .contains("/spce", "/kind", "/metadata", "/spec");
  }

  @Test
  void namesTheMethodsThatAPathTakes() {
    assertThat(send("PATCH", "/admin/agentpolicy/x", "{}").headers().firstValue("Allow"))
        .contains("DELETE, GET, PUT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/resources", "/admin/status", "/metrics", "/admin/nowhere", "/x"})
  void saysNothingToThoseWithoutTheToken(String path) {
    var bare = gateway.send(HttpRequest.newBuilder(uri(path)).build());
    var wrong =
        gateway.send(
            HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer wrong").build());

    for (var answer : List.of(bare, wrong)) {
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
      assertThat(tree(answer).path("code").asText()).isEqualTo("unauthenticated");
    }
  }

  @Test
  void takesNoWorkloadForAnAdministrator() {
    var request =
        HttpRequest.newBuilder(uri("/admin/resources"))
            .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
            .build();

    assertThat(gateway.send(request).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console.js", "/console.css", "/openapi"})
  void showsPagesThatSayNothingOfThisGatewayToEveryone(String path) {
    var answer = gateway.send(HttpRequest.newBuilder(uri(path)).build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'");
    assertThat(answer.body()).doesNotContain(folder.toString());
  }

  @Test
  void countsWhatHappensForPrometheus() {
    gateway.apply(policy("counted", "spiffe://prod/counted"));

    var answer = send("GET", "/metrics", "");

    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .contains("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains("sallyport_actions_total{code=\"\",door=\"admin\",outcome=\"ok\"}")
        .contains("sallyport_action_duration_seconds_bucket{door=\"admin\",le=\"0.005\"}")
        .contains("sallyport_evidence_records_total")
        .contains("sallyport_trust_domains{standing=\"known\"} 1.0")
        .contains("sallyport_model_streams{state=\"waiting\"} 0.0")
        .contains("sallyport_model_streams{state=\"draining\"} 0.0")
        .contains("sallyport_mcp_parked_calls 0.0")
        .contains("sallyport_jvm_memory_used_bytes")
        .doesNotContain("spiffe://");
  }

  @Test
  void measuresWhatEachServerHasToDo() {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: measured}
        spec: {transport: stdio, command: [/bin/false]}
        """);

    assertThat(send("GET", "/metrics", "").body())
        .contains("sallyport_server_calls{server=\"measured\"} ")
        .contains("sallyport_server_waiting_calls{server=\"measured\"} 0.0")
        .contains("sallyport_server_breaker{server=\"measured\",state=\"closed\"} 1.0")
        .contains("sallyport_server_breaker{server=\"measured\",state=\"half_open\"} 0.0")
        .contains("sallyport_server_breaker{server=\"measured\",state=\"open\"} 0.0")
        .contains("sallyport_server_refused_calls_total{reason=\"full\",server=\"measured\"} 0.0")
        .contains("sallyport_server_refused_calls_total{reason=\"share\",server=\"measured\"} 0.0")
        .contains("sallyport_server_dropped_logs_total{server=\"measured\"} 0.0")
        .contains("sallyport_server_refused_calls_total{reason=\"open\",server=\"measured\"} 0.0");
  }

  @Test
  void describesEveryRouteInItsOpenApiDocument() {
    var described = tree(gateway.send(HttpRequest.newBuilder(uri("/openapi")).build()));

    var inDocument =
        described.path("paths").properties().stream()
            .flatMap(path ->
                path.getValue().properties().stream()
                    .filter(one -> one.getValue().has("responses"))
                    .map(one -> one.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey()))
            .toList();
    assertThat(described.path("openapi").asText()).startsWith("3.1");
    assertThat(inDocument).containsExactlyInAnyOrderElementsOf(gateway.gateway().adminRoutes());
  }

  @Test
  void findsEvidenceOfWhatAdministratorsDid() {
    gateway.apply(policy("evident", "spiffe://prod/evident"));

    var records = tree(send("GET", "/admin/evidence?last=2", "")).path("items").toString();

    assertThat(records).contains("AgentPolicy/evident").contains("sallyport:admin");
  }

  private HttpResponse<String> withIfMatch(String path, String version, String body) {
    return gateway.send(
        admin(path).header("If-Match", version).PUT(BodyPublishers.ofString(body)).build());
  }

  private static String document(String kind) {
    return "{\"apiVersion\":\"sallyport.dev/v1\",\"kind\":\""
        + kind
        + "\",\"metadata\":{\"name\":\"x\"},\"spec\":{}}";
  }

  private static String policy(String name, String workload) {
    return """
    apiVersion: sallyport.dev/v1
    kind: AgentPolicy
    metadata: {name: %s}
    spec:
      identity: {workload: "%s"}
      models: {allow: [fast]}
    """
        .formatted(name, workload);
  }

  private static String json(String yaml) {
    try {
      return DocumentReader.yaml("test", yaml).getFirst().tree().toString();
    } catch (InvalidDocumentsException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
