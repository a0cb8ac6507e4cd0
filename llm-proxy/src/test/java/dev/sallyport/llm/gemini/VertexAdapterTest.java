package dev.sallyport.llm.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.kit.CannedAnswers;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import dev.sallyport.vault.Injection;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VertexAdapterTest {
  private final VertexAdapter adapter = new VertexAdapter();

  @ParameterizedTest
  @CsvSource({
    "google,gemini-3-pro-preview,false,google/models/gemini-3-pro-preview:generateContent",
    ",gemini-2.5-pro,true,google/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
    "anthropic,claude-sonnet-4@20250514,false,"
        + "anthropic/models/claude-sonnet-4@20250514:rawPredict",
    "anthropic,claude-sonnet-4-5,true,anthropic/models/claude-sonnet-4-5:streamRawPredict",
    "google,a/../../x:y,false,google/models/a%2F..%2F..%2Fx%3Ay:generateContent",
  })
  void asksInTheProjectAtTheRegionForTheModelOfThePublisher(
      String publisher, String model, boolean streamed, String path) throws Exception {
    var wire = adapter.encode(chat(streamed), attempt(model, site("global", publisher), Map.of()));
    assertThat(wire.path()).isEqualTo("/projects/acme-prod/locations/global/publishers/" + path);
  }

  @ParameterizedTest
  @CsvSource({"..,eu", "p,..", ".,eu"})
  void refusesNamesThatLeadElsewhere(String project, String region) {
    var site =
        new Site(
            Optional.of(project),
            Optional.of(region),
            Optional.empty(),
            Optional.empty(),
            Site.Api.CHAT,
            Quirks.NONE);
    assertThatThrownBy(() -> adapter.encode(chat(false), attempt("m", site, Map.of())))
        .isInstanceOf(CannotCarryException.class);
  }

  @Test
  void asksForATokenOfGoogle() {
    assertThat(adapter.injection(GoldenTest.CLOUD))
        .isEqualTo(new Injection.GoogleToken("https://www.googleapis.com/auth/cloud-platform"));
  }

  /** The model stands in the path, the version in the body, and no header of Anthropic's goes. */
  @Test
  void asksAnthropicsModelsInTheirFormAsGoogleWantsIt() throws Exception {
    var attempt = attempt("claude-x", site("us-east5", "anthropic"), Map.of());
    var wire = adapter.encode(chat(true), attempt);

    var body = Wire.object(wire.body());
    assertThat(body.path("anthropic_version").asText()).isEqualTo("vertex-2023-10-16");
    assertThat(body.has("model")).isFalse();
    assertThat(body.path("stream").booleanValue()).isTrue();
    assertThat(body.path("max_tokens").intValue()).isEqualTo(4_096);
    assertThat(wire.headers()).isEmpty();
  }

  /** R1: nothing but what Google wants otherwise is changed. */
  @Test
  void passesMessagesOnByteByByte() throws Exception {
    var own = "{ \"model\":\"alias\", \"max_tokens\":5, \"x_new\":2.50, \"messages\":[ ] }";
    var passage = adapter.passage(Form.MESSAGES, site("us-east5", "anthropic")).orElseThrow();
    var headers = Map.of("anthropic-beta", "context-1m-2025-08-07, made-up-2099-01-01");
    var attempt = attempt("claude-x", site("us-east5", "anthropic"), headers);
    var wire = passage.encode(body(own), attempt);

    assertThat(wire.path())
        .isEqualTo(
            "/projects/acme-prod/locations/us-east5/publishers/anthropic/models/claude-x"
                + ":rawPredict");
    assertThat(new String(wire.body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"anthropic_version\":\"vertex-2023-10-16\", \"max_tokens\":5, \"x_new\":2.50,"
                + " \"messages\":[ ] }");
    assertThat(wire.headers())
        .containsExactly(Map.entry("anthropic-beta", "context-1m-2025-08-07"));
    assertThat(wire.dropped()).containsExactly("anthropic-beta");
    var streamed = passage.encode(body("{\"model\":\"a\",\"stream\":true}"), attempt);
    assertThat(streamed.path()).endsWith(":streamRawPredict");
  }

  @Test
  void speaksOtherFormsOnlyWhereTheModelIsAnthropics() {
    assertThat(adapter.passage(Form.MESSAGES, GoldenTest.CLOUD)).isEmpty();
    assertThat(adapter.passage(Form.RESPONSES, site("eu", "anthropic"))).isEmpty();
  }

  @Test
  void readsAnthropicsAnswersAndEitherOnesErrors() throws Exception {
    var attempt = attempt("claude-x", site("eu", "anthropic"), Map.of());
    var message =
        "{\"type\":\"message\",\"id\":\"m\",\"model\":\"c\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"Yes\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,"
            + "\"output_tokens\":1}}";
    var reply =
        (Reply.Completed)
            adapter.decode(reply(200, message), ChatRequest.of(TestingProxy.chat("m")), attempt);
    assertThat(Wire.object(reply.body()).at("/choices/0/message/content").asText())
        .isEqualTo("Yes");
    var passage = adapter.passage(Form.MESSAGES, attempt.site()).orElseThrow();
    var asked = JsonBody.of(TestingProxy.chat("m"));
    var own = (Reply.Completed) passage.decode(reply(200, message), asked, attempt);
    assertThat(new String(own.body(), StandardCharsets.UTF_8)).isEqualTo(message);

    var theirs = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}";
    var googles =
        "[{\"error\":{\"code\":429,\"message\":\"x\",\"status\":\"RESOURCE_EXHAUSTED\"}}]";
    for (var kind : Map.of(theirs, Kind.OVERLOADED, googles, Kind.RATE_LIMITED).entrySet()) {
      var error = reply(kind.getValue() == Kind.OVERLOADED ? 529 : 429, kind.getKey());
      assertThat(
              ((Reply.Failed)
                      adapter.decode(error, ChatRequest.of(TestingProxy.chat("m")), attempt))
                  .failure()
                  .kind())
          .isEqualTo(kind.getValue());
      assertThat(((Reply.Failed) passage.decode(error, asked, attempt)).failure().kind())
          .isEqualTo(kind.getValue());
    }
  }

  @Test
  void readsAnthropicsStreams() throws Exception {
    var attempt = attempt("claude-x", site("eu", "anthropic"), Map.of());
    var stream = adapter.stream(chat(true), attempt);
    var recorded = CannedAnswers.ANTHROPIC_STREAM.getBytes(StandardCharsets.UTF_8);
    var reader = new SseReader(new ByteArrayInputStream(recorded), 1 << 20);
    var pieces = new ArrayList<Piece>();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      pieces.addAll(stream.accept(frame.get()));
    }
    assertThat(pieces.getLast()).isEqualTo(new Piece.Finished());
    assertThat(stream.served().model()).contains("claude-served");
    assertThat(stream.end()).isEmpty();
  }

  private static ChatRequest chat(boolean streamed) {
    var chat =
        "{\"model\":\"alias\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
            .formatted(streamed);
    return ChatRequest.parse(chat.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonBody body(String text) {
    return JsonBody.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static WireReply reply(int status, String body) {
    return new WireReply(status, Optional.empty(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static Site site(String region, String publisher) {
    return new Site(
        Optional.of("acme-prod"),
        Optional.of(region),
        Optional.empty(),
        Optional.ofNullable(publisher),
        Site.Api.CHAT,
        Quirks.NONE);
  }

  private static Attempt attempt(String model, Site site, Map<String, String> headers) {
    return new Attempt(
        model, 4_096, false, Instant.ofEpochSecond(1_763_700_000), Form.MESSAGES, site, headers);
  }
}
