package dev.sallyport.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.revocation.Standing;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers are told of the pages of web origins. */
class CrossOriginTest {
  private static final String APP = "https://app.example";

  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final TestingServer server =
      new TestingServer(routing ->
          routing
              .addFilter(new CrossOrigin(new Origins(Set.of(APP))))
              .addFilter(
                  new CallerFilter(
                      new FixedTokens()
                          .with("alice-token", "spiffe://prod/agent/alice")
                          .authenticator(),
                      new Standing(clock),
                      new InMemoryTurns(clock, TurnLimits.DEFAULT, _ -> {}),
                      new Origins(Set.of(APP)),
                      new ResourceMetadata(PublicAddress.asRequested(), List::of),
                      new RefusedAuthentications(evidence, clock),
                      AuthenticationListener.silent()))
              .get("/health/live", (_, response) -> response.send("alive"))
              .any("/*", (_, response) -> response.send("called")));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example, /mcp",
    "https://app.example, /mcp/crm",
    "https://app.example, /v1/chat/completions",
    "https://app.example, /.well-known/oauth-protected-resource/mcp",
    "http://localhost:6274, /mcp",
    "http://127.0.0.1:80, /nowhere"
  })
  void answersWhatABrowserAsksBeforeAPageOfAnAllowedOriginCalls(String origin, String path)
      throws Exception {
    var answer = preflight(path, origin, "authorization, mcp-session-id");

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(origin);
    assertThat(header(answer, "Access-Control-Allow-Methods")).isEqualTo("GET, POST, DELETE");
    assertThat(names(answer))
        .contains(
            "authorization",
            "content-type",
            "last-event-id",
            "mcp-method",
            "mcp-name",
            "mcp-protocol-version",
            "mcp-session-id",
            "traceparent",
            "tracestate",
            "user-agent")
        .doesNotContain("*", "cookie");
    assertThat(header(answer, "Access-Control-Max-Age")).isEqualTo("600");
    assertThat(header(answer, "Vary")).contains("Origin");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(answer.headers().firstValue("Sallyport-Turn")).isEmpty();
    assertThat(evidence.records()).isEmpty();
  }

  @Test
  void namesHeadersThatServersHaveRepeatedAndNoOthers() throws Exception {
    var answer =
        preflight("/mcp", APP, "Mcp-Param-Region,x-evil, mcp-param-, mcp-param-a b,X-Stainless-OS");

    assertThat(names(answer))
        .contains("mcp-param-region", "x-stainless-os", "x-request-id", "x-session-id")
        .doesNotContain("x-evil", "mcp-param-", "mcp-param-a b");
  }

  @Test
  void namesNoMoreOfThemThanTheBound() throws Exception {
    var few = names(preflight("/mcp", APP, "authorization")).size();
    var many =
        IntStream.range(0, CrossOrigin.MOST_NAMED + 1)
            .mapToObj(i -> "mcp-param-" + i)
            .collect(Collectors.joining(","));

    assertThat(names(preflight("/mcp", APP, many))).hasSize(few + CrossOrigin.MOST_NAMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://evil.example", "null", "https://app.example.evil", "http://app.example"})
  void saysNothingToPagesOfOtherOrigins(String origin) throws Exception {
    var asked = preflight("/mcp", origin, "authorization");
    var called = call("/mcp", "Origin", origin, "Authorization", "Bearer alice-token");

    assertThat(List.of(asked.statusCode(), called.statusCode())).containsOnly(403);
    assertThat(List.of(asked, called)).allSatisfy(CrossOriginTest::assertNothingIsAllowed);
    assertThat(evidence.events(RefusedAuthentications.EVENT))
        .hasSize(2)
        .allSatisfy(facts -> assertThat(facts.path("reason").asText()).isEqualTo("bad_origin"));
  }

  @Test
  void saysNothingToWhoIsNoPage() throws Exception {
    assertNothingIsAllowed(call("/mcp", "Authorization", "Bearer alice-token"));
  }

  @Test
  void letsAPageOfAnAllowedOriginReadWhatItIsAnswered() throws Exception {
    var answer = call("/mcp", "Origin", APP, "Authorization", "Bearer alice-token");

    assertThat(answer.body()).isEqualTo("called");
    assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(APP);
    assertThat(header(answer, "Access-Control-Expose-Headers"))
        .contains("Mcp-Session-Id", "Sallyport-Turn", "WWW-Authenticate");
    assertThat(header(answer, "Vary")).isEqualTo("Origin");
  }

  @Test
  void letsAPageReadThatItIsNotLetInAndHowItWouldBe() throws Exception {
    var answer = call("/mcp", "Origin", APP);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(APP);
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Bearer");
  }

  @Test
  void letsInNoOptionsThatIsNoQuestionOfABrowser() throws Exception {
    var answer = send(request("/mcp", "OPTIONS", "Origin", APP));

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  private static void assertNothingIsAllowed(HttpResponse<String> answer) {
    assertThat(answer.headers().map().keySet())
        .noneSatisfy(name -> assertThat(name).startsWithIgnoringCase("access-control-"));
  }

  private static List<String> names(HttpResponse<String> answer) {
    return Arrays.asList(header(answer, "Access-Control-Allow-Headers").split(", "));
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  private HttpResponse<String> preflight(String path, String origin, String headers)
      throws IOException, InterruptedException {
    return send(
        request(
            path,
            "OPTIONS",
            "Origin",
            origin,
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            headers));
  }

  private HttpResponse<String> call(String path, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, "POST", headers));
  }

  private HttpRequest request(String path, String method, String... headers) {
    var builder = HttpRequest.newBuilder(server.uri(path)).method(method, BodyPublishers.noBody());
    return (headers.length == 0 ? builder : builder.headers(headers)).build();
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }
}
