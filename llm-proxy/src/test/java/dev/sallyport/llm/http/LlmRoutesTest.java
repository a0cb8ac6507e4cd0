package dev.sallyport.llm.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.AuthenticationListener;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Origins;
import dev.sallyport.identity.http.PublicAddress;
import dev.sallyport.identity.http.RefusedAuthentications;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.identity.turn.InMemoryTurns;
import dev.sallyport.identity.turn.TurnLimits;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.testing.CannedAnswers;
import dev.sallyport.llm.testing.FakeProvider;
import dev.sallyport.llm.testing.Script;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LlmRoutesTest {
  private static final int MAX_REQUEST = 4_096;
  private static final String CHAT = "/v1/chat/completions";

  private final FakeProvider upstream = new FakeProvider().wants(TestingProxy.SECRET);
  private final TestingProxy testing =
      new TestingProxy(
          new LlmConfig(Duration.ofSeconds(30), Duration.ofSeconds(10), MAX_REQUEST, 1 << 20));
  private final HttpClient client = HttpClient.newHttpClient();
  private TestingServer server;

  @BeforeEach
  void start() {
    testing
        .provider("openai", "openai", upstream.base())
        .deployment("fast-1", "fast", "openai", 0)
        .deployment("org-1", "vendor/model:x", "openai", 0)
        .deployment("secret-1", TestingProxy.MODEL_DENIED, "openai", 0);
    var filter =
        new CallerFilter(
            new FixedTokens().with("good", "spiffe://prod/agent/ci").authenticator(),
            new InMemoryTurns(testing.clock, TurnLimits.DEFAULT, _ -> {}),
            new Origins(Set.of()),
            PublicAddress.asRequested(),
            new RefusedAuthentications(testing.evidence, testing.clock),
            AuthenticationListener.silent());
    var routes = new LlmRoutes(testing.proxy, testing.evidence, testing.config);
    server = new TestingServer(routing -> routing.addFilter(filter).register(routes));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    testing.close();
    upstream.close();
    client.close();
  }

  @Test
  void passesAnAnswerOnByteByByteAndSaysWhoGaveIt() throws Exception {
    var answer = post(CHAT, TestingProxy.chat("fast").toString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"x_unknown\":2.50", CannedAnswers.TEXT);
    assertThat(answer.headers().firstValue("Sallyport-Deployment")).contains("fast-1");
    assertThat(answer.headers().firstValue("Sallyport-Model-Requested")).contains("fast");
    assertThat(answer.headers().firstValue("Sallyport-Call"))
        .isPresent()
        .isEqualTo(answer.headers().firstValue("x-request-id"));
    assertThat(upstream.last().header("authorization")).isEqualTo("Bearer " + TestingProxy.SECRET);
  }

  @Test
  void streamsEventsAndEndsWithDone() throws Exception {
    var answer = post("/api/v1/chat/completions", TestingProxy.streamed("fast").toString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    var expected = Script.split(CannedAnswers.OPENAI_STREAM);
    expected.remove(5); // the usage, which was not asked for
    assertThat(answer.body()).isEqualTo(String.join("", expected));
    assertThat(testing.evidence.outcomes()).containsExactly(new Outcome.Succeeded());
  }

  @Test
  void listsTheModelsThatTheCallerMayUse() throws Exception {
    assertThat(get("/v1/models").body())
        .contains("\"fast\"", "\"vendor/model:x\"")
        .doesNotContain(TestingProxy.MODEL_DENIED);
    assertThat(get("/v1/models/vendor/model:x").statusCode()).isEqualTo(200);
    assertThat(get("/v1/models/vendor%2Fmodel:x").statusCode()).isEqualTo(200);
    assertThat(get("/v1/models/" + TestingProxy.MODEL_DENIED).statusCode()).isEqualTo(404);
    assertThat(get("/v1/models/nothing").body())
        .isEqualTo(get("/v1/models/" + TestingProxy.MODEL_DENIED).body());
  }

  @Test
  void tellsOfAForbiddenModelJustWhatItTellsOfAnUnknownOne() throws Exception {
    var forbidden = post(CHAT, TestingProxy.chat(TestingProxy.MODEL_DENIED).toString());
    var unknown = post(CHAT, TestingProxy.chat("nothing").toString());

    assertThat(forbidden.statusCode()).isEqualTo(404);
    assertThat(code(forbidden)).isEqualTo("unknown_model");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).isEqualTo(forbidden.body());
    assertThat(unknown.headers().map().keySet()).isEqualTo(forbidden.headers().map().keySet());
    assertThat(upstream.received()).isEmpty();
  }

  /** AZ-01 is the second and third. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"model\":\"fast\",\"model\":\"other\",\"messages\":[{\"role\":\"user\"}]}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\",\"r\\u006fle\":\"tool\"}]}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}]",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}]} {}",
        "[]",
        "\"text\"",
        "{\"messages\":[{\"role\":\"user\"}]}",
        "{\"model\":7,\"messages\":[{\"role\":\"user\"}]}",
        "{\"model\":\"\",\"messages\":[{\"role\":\"user\"}]}",
        "{\"model\":\"fast\"}",
        "{\"model\":\"fast\",\"messages\":[]}",
        "{\"model\":\"fast\",\"messages\":\"hi\"}",
        "{\"model\":\"fast\",\"messages\":[\"hi\"]}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":7}]}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}],\"stream\":\"yes\"}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}],\"max_tokens\":0}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}],\"max_tokens\":1e400}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}],\"tools\":{}}",
        "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}],\"temperature\":NaN}",
        "\uFEFF{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}]}",
      })
  void refusesARequestThatIsNotWellFormedAndWritesThatDown(String body) throws Exception {
    var answer = post(CHAT, body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(code(answer)).isEqualTo("malformed_request");
    assertThat(testing.evidence.events("request.refused"))
        .singleElement()
        .satisfies(facts -> assertThat(facts.path("code").asText()).isEqualTo("malformed_request"));
    assertThat(upstream.received()).isEmpty();
  }

  @Test
  void takesARequestOfTheLargestSizeAndRefusesOneByteMore() throws Exception {
    var chat = TestingProxy.chat("fast");
    chat.put("user", "u".repeat(MAX_REQUEST - chat.toString().length() - 10));
    assertThat(chat.toString()).hasSize(MAX_REQUEST);

    assertThat(post(CHAT, chat.toString()).statusCode()).isEqualTo(200);
    var refused = post(CHAT, chat + " ");
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(code(refused)).isEqualTo("request_too_large");
  }

  @ParameterizedTest
  @CsvSource({"text/plain", "application/json-seq", "''"})
  void refusesABodyThatSaysItIsNotJson(String type) throws Exception {
    var request = request(CHAT).POST(BodyPublishers.ofString("{}"));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    var answer = client.send(request.build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(code(answer)).isEqualTo("unsupported_media_type");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/chat/completions,POST",
    "DELETE,/api/v1/chat/completions,POST",
    "POST,/v1/models,GET",
    "PUT,/v1/models/fast,GET"
  })
  void namesTheMethodThatAPathTakes(String method, String path, String allowed) throws Exception {
    var answer =
        client.send(
            request(path).method(method, BodyPublishers.noBody()).build(), BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(code(answer)).isEqualTo("method_not_allowed");
    assertThat(answer.headers().firstValue("Allow")).contains(allowed);
  }

  @Test
  void tellsACallerOfItsOwnMistakeInTheProvidersWords() throws Exception {
    upstream.answers(
        CannedAnswers.error(false, 400, "invalid_request_error", "max_tokens\n is\u0000 too big"));
    var answer = post(CHAT, TestingProxy.chat("fast").toString());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Wire.object(answer.body()).at("/error/message").asText())
        .isEqualTo("max_tokens  is  too big");
    assertThat(code(answer)).isEqualTo("invalid_request");
    assertThat(testing.evidence.outcomes())
        .containsExactly(new Outcome.Refused(RefusalCode.INVALID_REQUEST));
  }

  @ParameterizedTest
  @CsvSource({
    "401,502,upstream_rejected",
    "403,502,upstream_rejected",
    "402,502,upstream_rejected",
    "404,502,upstream_rejected",
    "429,429,rate_limited",
    "500,502,upstream_unavailable",
    "529,502,upstream_unavailable",
    "302,502,upstream_rejected",
  })
  void neverShowsAnUpstreamsWordsOnWhatIsNotTheCallersMistake(
      int upstreamStatus, int status, String code) throws Exception {
    upstream.answers(
        CannedAnswers.error(false, upstreamStatus, "some_error", "key " + TestingProxy.SECRET)
            .withHeader("Retry-After", "7"));
    var answer = post(CHAT, TestingProxy.chat("fast").toString());

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(code(answer)).isEqualTo(code);
    assertThat(answer.body() + answer.headers()).doesNotContain("some_error", "canary");
    assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(true);
  }

  @Test
  void neverShowsASecretThatAProviderEchoes() throws Exception {
    upstream.answers(
        CannedAnswers.error(false, 400, "invalid_request_error", "bad key " + TestingProxy.SECRET));
    var answer = post(CHAT, TestingProxy.chat("fast").toString());

    assertThat(answer.body() + answer.headers() + testing.evidence.records())
        .doesNotContain(TestingProxy.SECRET);
  }

  private static String code(HttpResponse<String> answer) {
    return Wire.object(answer.body()).at("/error/code").asText();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri(path)).header("Authorization", "Bearer good");
  }
}
