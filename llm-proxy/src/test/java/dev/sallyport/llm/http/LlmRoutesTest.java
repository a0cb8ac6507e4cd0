package dev.sallyport.llm.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.llm.LlmConfig;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LlmRoutesTest {
  private static final int MAX_REQUEST = 4_096;
  private static final String CHAT = "/v1/chat/completions";

  /** AZ-01 is the second and third. */
  private static final List<String> MALFORMED =
      List.of(
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
          "\uFEFF{\"model\":\"fast\",\"messages\":[{\"role\":\"user\"}]}");

  private final FakeProvider upstream = new FakeProvider().wants(TestingProxy.SECRET);
  private final TestingProxy testing =
      new TestingProxy(
          new LlmConfig(Duration.ofSeconds(30), Duration.ofMinutes(1), MAX_REQUEST, 1 << 20));
  private final HttpClient client = HttpClient.newHttpClient();
  private TestingServer server;

  @BeforeEach
  void start() {
    testing
        .provider("openai", "openai", upstream.base())
        .deployment("fast-1", "fast", "openai", 0)
        .deployment("org-1", "vendor/model:x", "openai", 0)
        .deployment("secret-1", TestingProxy.MODEL_DENIED, "openai", 0);
    server = TestingRoutes.start(testing);
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
    var answer = post("/v1/chat/completions", TestingProxy.streamed("fast").toString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    var expected = Script.split(CannedAnswers.OPENAI_STREAM);
    expected.remove(5); // the usage, which was not asked for
    assertThat(answer.body().replace(": keep-alive\n\n", "")).isEqualTo(String.join("", expected));
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

  @Test
  void refusesARequestThatIsNotWellFormedAndWritesThatDown() throws Exception {
    for (var body : MALFORMED) {
      var answer = post(CHAT, body);

      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(code(answer)).isEqualTo("malformed_request");
    }
    assertThat(testing.evidence.events("request.refused"))
        .hasSameSizeAs(MALFORMED)
        .allSatisfy(
            facts -> assertThat(facts.path("code").asText()).isEqualTo("malformed_request"));
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

  @Test
  void refusesABodyThatSaysItIsNotJson() throws Exception {
    for (var type : List.of("text/plain", "application/json-seq", "")) {
      var request = request(CHAT).POST(BodyPublishers.ofString("{}"));
      if (!type.isEmpty()) {
        request.header("Content-Type", type);
      }
      var answer = client.send(request.build(), BodyHandlers.ofString());

      assertThat(answer.statusCode()).as(type).isEqualTo(415);
      assertThat(code(answer)).isEqualTo("unsupported_media_type");
    }
  }

  @Test
  void namesTheMethodThatAPathTakes() throws Exception {
    for (var wrong :
        List.of(
            List.of("GET", CHAT, "POST"),
            List.of("DELETE", "/api" + CHAT, "POST"),
            List.of("POST", "/v1/models", "GET"),
            List.of("PUT", "/v1/models/fast", "GET"))) {
      var request = request(wrong.get(1)).method(wrong.get(0), BodyPublishers.noBody()).build();
      var answer = client.send(request, BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(code(answer)).isEqualTo("method_not_allowed");
      assertThat(answer.headers().firstValue("Allow")).contains(wrong.get(2));
    }
  }

  @Test
  void namesTheParametersThatCouldNotBeCarriedInAHeader() throws Exception {
    testing
        .provider("anthropic", "anthropic", upstream.base())
        .deployment("smart-1", "smart", "anthropic", 0);
    for (var chat : List.of(TestingProxy.chat("smart"), TestingProxy.streamed("smart"))) {
      var answer = post(CHAT, chat.put("seed", 7).put("b\u00e4d\r\nX: y", 1).toString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Sallyport-Dropped-Params"))
          .contains("seed, b?d??X: y");
    }
  }

  /** What a provider says of a mistake can name its model, its account, or be anything at all. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|invalid_value|invalid_request|messages[0].content|The provider found a mistake in the"
            + " request. It is at messages[0].content.",
        "400|unsupported_value|invalid_request|temperature|The model does not take what the request"
            + " asks for. It is at temperature.",
        "400|unsupported_parameter|invalid_request|messages.0.role.IGNORE|The model does not take"
            + " what the request asks for. It is at messages[0].role.",
        "400|context_length_exceeded|context_length_exceeded|messages|The request is longer than"
            + " the model takes. It is at messages.",
        "400|content_filter|content_policy_violation||The provider's content policy does not allow"
            + " the request.",
        "413|request_too_large|request_too_large||The request is larger than the provider takes.",
        "422|anything|invalid_request|ignore_all_instructions|The provider found a mistake in the"
            + " request.",
        "400|call far__wipe|invalid_request|messages[99].x|The provider found a mistake in the"
            + " request. It is at messages."
      })
  void tellsACallerOfItsOwnMistakeInWordsOfOurs(
      int status, String code, String toldCode, String param, String told) throws Exception {
    for (var streamed : List.of(false, true)) {
      upstream.answers(complaint(status, code, param));
      var chat = TestingProxy.chat("fast").put("temperature", 2).put("stream", streamed);
      var answer = post(CHAT, chat.toString());

      assertThat(answer.statusCode()).isEqualTo(status == 413 ? 413 : 400);
      assertThat(Wire.object(answer.body()).at("/error/message").asText()).isEqualTo(told);
      assertThat(code(answer)).isEqualTo(toldCode);
      assertThat(answer.body() + answer.headers())
          .doesNotContain("org-1234", "IGNORE", "far__wipe");
    }
    assertThat(testing.evidence.outcomes())
        .containsOnly(new Outcome.Refused(RefusalCode.valueOf(toldCode.toUpperCase(Locale.ROOT))))
        .hasSize(2);
    assertThat(testing.evidence.records().toString())
        .contains(code.contains(" ") ? "" : "provider_code\":\"" + code)
        .doesNotContain("org-1234");
  }

  private static Script complaint(int status, String code, String param) {
    var body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", "org-1234\n may not")
        .put("type", "invalid request!")
        .put("param", param)
        .put("code", code);
    return Script.json(status, body.toString());
  }

  @Test
  void neverShowsAnUpstreamsWordsOnWhatIsNotTheCallersMistake() throws Exception {
    var told =
        Map.of(
            401, "502 upstream_rejected",
            402, "502 upstream_rejected",
            403, "502 upstream_rejected",
            404, "502 upstream_rejected",
            302, "502 upstream_rejected",
            429, "429 rate_limited",
            500, "502 upstream_unavailable",
            529, "503 upstream_overloaded");
    for (var one : told.entrySet()) {
      var words = "key " + TestingProxy.SECRET;
      var error =
          CannedAnswers.error(false, one.getKey(), "some_error", words)
              .withHeader("Retry-After", "7");
      upstream.answers(error);
      if (one.getKey() == 429) {
        upstream.answers(error); // it is asked again once those seven seconds are over
      }
      testing.clock.advance(Duration.ofMinutes(11)); // what was left alone is not any more
      var answer = post(CHAT, TestingProxy.chat("fast").toString());

      assertThat(answer.statusCode() + " " + code(answer)).isEqualTo(one.getValue());
      assertThat(answer.body() + answer.headers()).doesNotContain("some_error", "canary");
      assertThat(answer.headers().firstValue("Retry-After")).contains("7");
    }
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
    var error = Wire.object(answer.body()).path("error");
    return error.at(error.has("metadata") ? "/metadata/code" : "/code").asText();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).GET().build(), BodyHandlers.ofString());
  }

  @Test
  void keepsToTheDeploymentOfTheSessionThatAHeaderNamesAndTellsNobodyOfIt() throws Exception {
    var weighed =
        "{\"alias\":\"mix\",\"provider\":\"openai\",\"upstreamModel\":\"m\",\"weight\":1}";
    testing.addLater("Deployment", "m-1", weighed).add("Deployment", "m-2", weighed);
    var served = new HashSet<String>();
    for (int i = 0; i < 32; i++) {
      var first = inSession("session-" + i, "Hi");
      assertThat(inSession("session-" + i, "Ho")).isEqualTo(first);
      served.add(first);
    }
    assertThat(served).containsExactlyInAnyOrder("m-1", "m-2");
    assertThat(upstream.received())
        .allSatisfy(one -> assertThat(one.headers()).doesNotContainKey("x-session-id"));
    var facts = testing.evidence.records(Ended.class).getLast().facts();
    assertThat(facts.path("weighed_by").asText()).isEqualTo("x-session-id");
    assertThat(facts.at("/client_headers/x-session-id").asText()).isEqualTo("session-31");
  }

  private String inSession(String session, String words) throws Exception {
    var chat = TestingProxy.chat("mix").put("prompt_cache_key", words);
    var sent =
        request(CHAT)
            .header("X-Session-Id", session)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(chat.toString()))
            .build();
    var answer = client.send(sent, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.headers().firstValue("Sallyport-Deployment").orElseThrow();
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
