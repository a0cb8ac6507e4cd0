package dev.sallyport.llm.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.llm.dialogue.Dialogue;
import dev.sallyport.llm.dialogue.ProposedCall;
import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anthropic's clients, of whom some talk to its models and some to others'. */
final class MessagesRoutesTest {
  private static final String MESSAGES = "/v1/messages";
  private static final String COUNT = "/v1/messages/count_tokens";
  private static final String BODY =
      "{\"model\":\"%s\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  private static final String TO_COUNT =
      "{\"model\":\"%s\",\"system\":\""
          + "word ".repeat(400)
          + "\",\"tools\":[{\"name\":\"f\","
          + "\"description\":\""
          + "tool ".repeat(400)
          + "\",\"input_schema\":{\"type\":"
          + "\"object\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  private final FakeProvider upstream = new FakeProvider();
  private final TestingProxy testing = new TestingProxy();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile boolean watched;
  private TestingServer server;

  @BeforeEach
  void start() {
    testing
        .provider("openai", "openai", upstream.base())
        .provider("anthropic", "anthropic", upstream.base())
        .provider("second", "anthropic", URI.create("http://127.0.0.1:9/v1"))
        .deployment("down-1", "down", "second", 0)
        .deployment("a-1", "smart", "anthropic", 0)
        .deployment("o-1", "fast", "openai", 0)
        .deployment("secret-1", TestingProxy.MODEL_DENIED, "anthropic", 0);
    server =
        TestingRoutes.start(
            testing, (_, _) -> watched ? Optional.of(new Untouched()) : Optional.empty());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    testing.close();
    upstream.close();
    client.close();
  }

  @ParameterizedTest
  @CsvSource({"smart,/v1/messages", "fast,/v1/messages", "fast,/api/v1/messages"})
  void answersInTheFormOfMessagesWhoeverAnswers(String alias, String path) throws Exception {
    var answer = post(path, BODY.formatted(alias));

    assertThat(answer.statusCode()).isEqualTo(200);
    var message = Wire.object(answer.body());
    assertThat(message.path("type").asText()).isEqualTo("message");
    assertThat(message.at("/content/0/text").asText()).isEqualTo(CannedAnswers.TEXT);
    assertThat(message.path("stop_reason").asText()).isEqualTo("end_turn");
    assertThat(message.at("/usage/input_tokens").asInt()).isEqualTo(16);
    assertThat(message.at("/usage/cache_read_input_tokens").asInt()).isEqualTo(4);
    assertThat(answer.headers().firstValue("Sallyport-Call")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"smart", "fast"})
  void streamsInTheFormOfMessagesWhoeverAnswers(String alias) throws Exception {
    var answer =
        post(MESSAGES, BODY.formatted(alias).replace("{\"model", "{\"stream\":true,\"model"));

    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(answer.body())
        .startsWith("event: message_start\ndata: {")
        .contains("Hello", ", world.")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
        .doesNotContain("[DONE]");
  }

  @Test
  void passesOnWhatTheCallersVersionAndBetasAreAndNamesThemWhereTheyHaveNoPlace() throws Exception {
    var passed = post(MESSAGES, BODY.formatted("smart"), "anthropic-beta", "a-1,b-2");
    assertThat(upstream.last().header("anthropic-beta")).isEqualTo("a-1,b-2");
    assertThat(upstream.last().header("x-api-key")).isEqualTo(TestingProxy.SECRET);
    assertThat(passed.headers().firstValue("Sallyport-Dropped-Params")).isEmpty();

    var translated =
        post(MESSAGES, BODY.formatted("fast").replace("64", "64,\"x\":1"), "anthropic-beta", "a-1");
    assertThat(upstream.last().header("anthropic-beta")).isEmpty();
    assertThat(translated.headers().firstValue("Sallyport-Dropped-Params"))
        .contains("x, anthropic-beta");
  }

  @Test
  void tellsWhoeverStandsInOfTheCallersBetas() throws Exception {
    testing.add("ModelAlias", "down", "{\"fallback\":\"any\",\"fallbacks\":[\"smart\"]}");

    var answer = post(MESSAGES, BODY.formatted("down"), "anthropic-beta", "a-1");

    assertThat(answer.headers().firstValue("Sallyport-Deployment")).contains("a-1");
    assertThat(upstream.last().header("anthropic-beta")).isEqualTo("a-1");
    assertThat(upstream.last().json().path("model").asText()).isEqualTo("up-a-1");
  }

  @ParameterizedTest
  @CsvSource({
    "smart,'{',400,invalid_request_error",
    "none,'',404,not_found_error",
    "forbidden,'',404,not_found_error",
    "fast,429,429,rate_limit_error",
    "smart,529,503,overloaded_error",
    "smart,500,502,api_error",
    "smart,504,504,timeout_error",
  })
  void tellsOfARefusalInTheFormOfMessages(String alias, String how, int status, String type)
      throws Exception {
    if (how.length() == 3) {
      upstream.lenient();
      for (int i = 0; i < 3; i++) {
        upstream.answers(Script.json(Integer.parseInt(how), "{}"));
      }
    }
    var answer = post(MESSAGES, how.equals("{") ? how : BODY.formatted(alias));

    assertThat(answer.statusCode()).isEqualTo(status);
    var error = Wire.object(answer.body());
    assertThat(error.path("type").asText()).isEqualTo("error");
    assertThat(error.at("/error/type").asText()).isEqualTo(type);
    assertThat(error.at("/error/message").asText()).isNotEmpty();
  }

  /** litellm #26436, #27632: tools and system text count, too. */
  @Test
  void countsTokensWhereTheProviderCountsThem() throws Exception {
    var answer = post(COUNT, TO_COUNT.formatted("smart").replace("{\"model", "{\"x\":1,\"model"));
    assertThat(answer.statusCode()).isEqualTo(400); // the provider's own refusal

    answer = post(COUNT, TO_COUNT.formatted("smart"));

    assertThat(upstream.last().path()).isEqualTo("/v1/messages/count_tokens");
    assertThat(answer.headers().firstValue("Sallyport-Token-Count")).contains("provider");
    assertThat(answer.headers().firstValue("Sallyport-Deployment")).contains("a-1");
    assertThat(Wire.object(answer.body()).path("input_tokens").asInt()).isPositive();
    assertThat(testing.evidence.outcomes()).hasSize(2);
    assertThat(upstream.meter().lines()).isEmpty();
  }

  /** litellm #37102: an estimate is called one. */
  @ParameterizedTest
  @CsvSource({"fast,false", "smart,true", "down,false"})
  void estimatesTokensElsewhereAndSaysSo(String alias, boolean seen) throws Exception {
    watched = seen;
    var answer = post(COUNT, TO_COUNT.formatted(alias));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Sallyport-Token-Count")).contains("estimate");
    assertThat(Wire.object(answer.body()).path("input_tokens").asInt()).isBetween(900, 1_200);
    assertThat(upstream.received()).isEmpty();
  }

  @Test
  void countsForThoseAloneWhoMayAskTheModel() throws Exception {
    assertThat(post(COUNT, TO_COUNT.formatted(TestingProxy.MODEL_DENIED)).statusCode())
        .isEqualTo(404);
    assertThat(upstream.received()).isEmpty();
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(server.uri(path))
            .header("x-api-key", "good")
            .header("anthropic-version", "2023-06-01")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** A dialogue of which nobody asks anything. */
  private record Untouched() implements Dialogue {
    @Override
    public ChatRequest seen(Permit permit) {
      throw new AssertionError();
    }

    @Override
    public Verdict decide(Permit permit, Said said, List<ProposedCall> calls) {
      throw new AssertionError();
    }

    @Override
    public Optional<ChatRequest> goOn(Cancellation cancellation) {
      throw new AssertionError();
    }

    @Override
    public Optional<ObjectNode> beside(String text) {
      throw new AssertionError();
    }
  }
}
