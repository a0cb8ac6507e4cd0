package dev.sallyport.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.oidc.AccessTokenRules;
import dev.sallyport.identity.oidc.AuthorizationServer;
import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerFilterTest {
  private static final String ALICE = "spiffe://prod/agent/alice";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final FixedTokens tokens =
      new FixedTokens()
          .with("alice-token", ALICE)
          .with("bob-token", "spiffe://prod/agent/bob")
          .with("late-token", new Authentication.Rejected("expired"))
          .with("unlucky", new Authentication.Unavailable(Duration.ofSeconds(7)));
  private final RefusedAuthentications refused = new RefusedAuthentications(evidence, clock);
  private final CallerFilter filter =
      new CallerFilter(
          tokens.authenticator(),
          new Standing(clock),
          new InMemoryTurns(clock, TurnLimits.DEFAULT, _ -> {}),
          new Origins(Set.of("https://console.example")),
          new ResourceMetadata(PublicAddress.asRequested(), List::of),
          refused,
          AuthenticationListener.silent());
  private final TestingServer server =
      new TestingServer(routing ->
          routing
              .addFilter(filter)
              .register(
                  ResourceMetadata.PATH,
                  new ResourceMetadata(
                      PublicAddress.asRequested(),
                      () ->
                          List.of(
                              new AuthorizationServer(
                                  "https://idp.example", AccessTokenRules.standard()))))
              .get("/health/live", (_, response) -> response.send("alive"))
              .any(
                  "/*",
                  (request, response) -> {
                    var caller = Callers.of(request, Door.MCP);
                    response.send(
                        caller.principal().id()
                            + " "
                            + caller.turn().id()
                            + " "
                            + caller.door().label());
                  }));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void tellsTheHandlerWhoCallsInWhichTurnAndTheCallerItsTurn() throws Exception {
    var answer = get("/mcp", "Authorization", "Bearer alice-token");

    var turn = answer.headers().firstValue("Sallyport-Turn").orElseThrow();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(ALICE + " " + turn + " mcp");
    assertThat(evidence.records()).isEmpty();
  }

  /** ID-37. */
  @ParameterizedTest
  @ValueSource(strings = {"bearer alice-token", "BEARER alice-token", "Bearer  alice-token"})
  void takesTheSchemeInAnyCaseAndAfterSomeSpaces(String authorization) throws Exception {
    assertThat(get("/mcp", "Authorization", authorization).statusCode()).isEqualTo(200);
  }

  /** ID-37. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer\talice-token",
        "Beareralice-token",
        "alice-token",
        "Basic alice-token",
        "Bearer alice-token, Bearer bob-token",
        "Bearer alice-token bob-token",
        "Bearer unknown"
      })
  void refusesAnyOtherFormOfTheHeader(String authorization) throws Exception {
    var answer = get("/mcp", "Authorization", authorization);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(challenge(answer)).endsWith("error=\"invalid_token\"");
    assertThat(evidence.events("authentication.refused")).hasSize(1);
  }

  @Test
  void challengesOneWhoShowsNothingWithoutAnError() throws Exception {
    var answer = get("/mcp/crm");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(challenge(answer))
        .isEqualTo(
            "Bearer resource_metadata=\"http://127.0.0.1:%d".formatted(server.port())
                + "/.well-known/oauth-protected-resource/mcp/crm\"");
    assertThat(answer.headers().firstValue("Sallyport-Turn")).isEmpty();
    assertThat(reasons()).containsExactly("no_token");
  }

  @Test
  void saysWhyATokenDoesNotHoldInEvidenceOnly() throws Exception {
    var answer = get("/mcp", "Authorization", "Bearer late-token");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body() + answer.headers()).doesNotContain("expired").doesNotContain("late");
    assertThat(evidence.events("authentication.refused"))
        .singleElement()
        .satisfies(facts ->
            assertThat(facts.toString())
                .isEqualTo("{\"reason\":\"expired\",\"door\":\"mcp\",\"peer\":\"127.0.0.1\"}"));
  }

  @ParameterizedTest
  @CsvSource({"/v1/models", "/v1/responses"})
  void answersModelClientsInTheFormOfOpenAi(String path) throws Exception {
    var answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    var error = json(answer).get("error");
    assertThat(error.get("type").asText()).isEqualTo("authentication_error");
    assertThat(error.get("code").asText()).isEqualTo("unauthenticated");
    assertThat(error.get("message").asText()).contains("bearer token");
    assertThat(error.get("param").isNull()).isTrue();
  }

  @Test
  void answersOthersWithAProblem() throws Exception {
    var answer = get("/nowhere");

    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).get("status").asInt()).isEqualTo(401);
    assertThat(json(answer).get("code").asText()).isEqualTo("unauthenticated");
  }

  @Test
  void answersUnderMcpWithAnErrorOfJsonRpc() throws Exception {
    var answer = get("/mcp");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(json(answer).get("jsonrpc").asText()).isEqualTo("2.0");
    assertThat(json(answer).get("id").isNull()).isTrue();
    assertThat(json(answer).at("/error/code").asInt()).isEqualTo(-32600);
    assertThat(json(answer).at("/error/data/code").asText()).isEqualTo("unauthenticated");
  }

  @Test
  void saysWhenToComeBackWhereATokenCannotBeChecked() throws Exception {
    var answer = get("/v1/models", "Authorization", "Bearer unlucky");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
    assertThat(json(answer).at("/error/type").asText()).isEqualTo("server_error");
  }

  /** ID-36: none of two is silently ignored. */
  @Test
  void refusesAKeyBesideATokenThatIsNotTheSame() throws Exception {
    var two = get("/mcp", "Authorization", "Bearer alice-token", "x-api-key", "bob-token");
    var twice = get("/mcp", "x-api-key", "alice-token", "x-api-key", "alice-token");
    var same = get("/mcp", "Authorization", "Bearer alice-token", "x-api-key", "alice-token");

    assertThat(List.of(two.statusCode(), twice.statusCode())).containsOnly(401);
    assertThat(reasons()).containsExactly("two_tokens", "two_tokens");
    assertThat(two.body()).contains("Send one bearer token");
    assertThat(same.statusCode()).isEqualTo(200);
  }

  @Test
  void takesAKeyAloneForATokenWhereModelsAreAsked() throws Exception {
    assertThat(get("/v1/models", "x-api-key", "alice-token").statusCode()).isEqualTo(200);
    assertThat(get("/api/v1/models", "x-api-key", "alice-token").statusCode()).isEqualTo(200);
    assertThat(get("/v1/models", "x-api-key", "nobody").statusCode()).isEqualTo(401);
    assertThat(get("/mcp", "x-api-key", "alice-token").statusCode()).isEqualTo(401);
  }

  /** ID-42. */
  @Test
  void ignoresHeadersThatOnlyClaimWhoCalls() throws Exception {
    var answer =
        get(
            "/mcp",
            "X-Forwarded-Client-Cert",
            "URI=" + ALICE,
            "X-User",
            "alice",
            "X-Forwarded-User",
            "alice");

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:3000",
        "https://127.0.0.1",
        "http://[::1]:8080",
        "https://console.example"
      })
  void letsPagesOfThisMachineAndOfConfiguredOriginsCall(String origin) throws Exception {
    var answer = get("/mcp", "Authorization", "Bearer alice-token", "Origin", origin);

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "https://console.example:444",
        "http://console.example",
        "file://localhost",
        "http://localhost@evil.example"
      })
  void refusesPagesOfOtherOrigins(String origin) throws Exception {
    var answer = get("/mcp", "Authorization", "Bearer alice-token", "Origin", origin);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(reasons()).containsExactly("bad_origin");
  }

  @Test
  void refusesARequestThatNamesItsPageTwice() throws Exception {
    var page = "https://console.example";

    var answer = get("/mcp", "Authorization", "Bearer alice-token", "Origin", page, "Origin", page);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(reasons()).containsExactly("bad_origin");
  }

  /** ID-44. */
  @Test
  void answersAnothersTurnLikeOneThatIsNot() throws Exception {
    var turn =
        get("/mcp", "Authorization", "Bearer alice-token")
            .headers()
            .firstValue("Sallyport-Turn")
            .orElseThrow();
    var own = get("/mcp", "Authorization", "Bearer alice-token", "Sallyport-Turn", turn);
    var others = get("/mcp", "Authorization", "Bearer bob-token", "Sallyport-Turn", turn);
    var none =
        get(
            "/mcp",
            "Authorization",
            "Bearer bob-token",
            "Sallyport-Turn",
            "turn_" + "a".repeat(26));
    var malformed = get("/mcp", "Authorization", "Bearer bob-token", "Sallyport-Turn", "x");

    assertThat(own.headers().firstValue("Sallyport-Turn")).contains(turn);
    assertThat(List.of(others.statusCode(), none.statusCode(), malformed.statusCode()))
        .containsOnly(404);
    assertThat(others.body()).isEqualTo(none.body()).isEqualTo(malformed.body());
    assertThat(json(others).at("/error/data/code").asText()).isEqualTo("unknown_turn");
    assertThat(evidence.events("request.refused"))
        .hasSize(3)
        .allSatisfy(facts ->
            assertThat(facts.toString())
                .isEqualTo(
                    "{\"code\":\"unknown_turn\",\"principal\":\"spiffe://prod/agent/bob\","
                        + "\"door\":\"mcp\",\"peer\":\"127.0.0.1\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/../mcp",
        "/health/%2e%2e/mcp",
        "/health/%2E%2E/mcp",
        "/health/..%2fmcp",
        "/health%2f..%2fmcp",
        "/health/live/../../mcp",
        "/health/live%2f..%2f..%2fmcp",
        "/health;/../mcp",
        "/health/..;/mcp",
        "/health/%5c../mcp",
        "/health/%252e%252e/mcp",
        "/health/",
        "//health/live/",
        "//mcp",
        "/./mcp",
        "/mcp/",
        "/MCP",
        "/%6dcp",
        "/mcp;x",
        "/mcp;x=/health",
        "/mcp%2f",
        "/mcp%00",
        "/;x/mcp",
        "/healthy",
        "/Health/live",
        "/.well-known/oauth-protected-resource/../../mcp",
        "/.well-known/oauth-protected-resource/%2e%2e/%2e%2e/mcp",
        "/unknown"
      })
  void protectsEveryPathThatIsNotPlainlyPublic(String path) throws Exception {
    var answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).doesNotContain("spiffe");
  }

  @Test
  void leavesProbesAndMetadataOpen() throws Exception {
    assertThat(get("/health/live").body()).isEqualTo("alive");
    for (var path : List.of("", "/mcp", "/mcp/crm")) {
      var answer = get(ResourceMetadata.PATH + path);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(json(answer).toString())
          .isEqualTo(
              ("{\"resource\":\"http://127.0.0.1:%d%s\","
                      + "\"authorization_servers\":[\"https://idp.example\"],"
                      + "\"bearer_methods_supported\":[\"header\"],"
                      + "\"resource_name\":\"Sallyport\","
                      + "\"token_exchange_endpoint\":\"%s\"}")
                  .formatted(server.port(), path, server.uri("/oauth2/token")));
    }
    assertThat(get(ResourceMetadata.PATH + "/admin").statusCode()).isEqualTo(404);
    assertThat(get(ResourceMetadata.PATH + "/mcp/A").statusCode()).isEqualTo(404);
  }

  @Test
  void answersThatEvidenceCannotBeWrittenWhereThatIsSo() throws Exception {
    evidence.fail(true);

    assertThat(get("/mcp").statusCode()).isEqualTo(503);
  }

  private List<String> reasons() {
    return evidence.events("authentication.refused").stream()
        .map(facts -> facts.get("reason").asText())
        .toList();
  }

  private static String challenge(HttpResponse<String> answer) {
    return answer.headers().firstValue("WWW-Authenticate").orElseThrow();
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return MAPPER.readTree(answer.body());
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(server.uri(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
