package dev.sallyport.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Site;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.testing.TestingProxy;
import dev.sallyport.llm.testing.Wire;
import dev.sallyport.vault.Injection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BedrockAdapterTest {
  private static final String MODEL = "anthropic.claude-3-haiku-20240307-v1:0";
  private static final Attempt ATTEMPT = GoldenTest.attempt(MODEL);

  private final BedrockAdapter adapter = new BedrockAdapter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          429 | ThrottlingException                                        | slow         | RATE_LIMITED
          400 | ServiceQuotaExceededException                              | quota        | RATE_LIMITED
          400 | ValidationException:http://internal.amazon.com/coral/x/    | bad          | INVALID_REQUEST
          400 | ValidationException | Input is too long for requested model.              | CONTEXT_LENGTH
          400 | ValidationException | prompt is too long: 210000 tokens > 200000 maximum  | CONTEXT_LENGTH
          403 | AccessDeniedException                                      | no           | FORBIDDEN
          403 | UnrecognizedClientException                                | token        | CREDENTIAL_REJECTED
          403 | InvalidSignatureException                                  | clock        | CREDENTIAL_REJECTED
          400 | ExpiredTokenException                                      | old          | CREDENTIAL_REJECTED
          404 | ResourceNotFoundException                                  | none         | NOT_FOUND
          408 | ModelTimeoutException                                      | late         | TIMEOUT
          429 | ModelNotReadyException                                     | later        | OVERLOADED
          503 | ServiceUnavailableException                                | busy         | OVERLOADED
          500 | InternalServerException                                    | oh           | UNAVAILABLE
          424 | ModelErrorException                                        | oh           | UNAVAILABLE
          424 | ModelStreamErrorException                                  | oh           | UNAVAILABLE
          418 | SomeNewException                                           | oh           | REJECTED
          503 | SomeNewException                                           | oh           | OVERLOADED
          """)
  void knowsErrorsByTheirType(int status, String type, String words, Kind kind) throws Exception {
    var body = "{\"message\":\"" + words + "\"}";
    var after = Optional.of(Duration.ofSeconds(3));
    var inHeader = new WireReply(status, after, Optional.of(type), bytes(body));
    var inBody =
        new WireReply(
            status,
            after,
            bytes(
                "{\"__type\":\"com.amazon#%s\",\"Message\":\"%s\"}"
                    .formatted(type.replaceFirst(":.*", ""), words)));
    for (var reply : new WireReply[] {inHeader, inBody}) {
      var failed =
          (Reply.Failed) adapter.decode(reply, ChatRequest.of(TestingProxy.chat("m")), ATTEMPT);

      assertThat(failed.failure().kind()).isEqualTo(kind);
      assertThat(failed.failure().retryAfter()).isEqualTo(after);
      assertThat(failed.failure().complaint().orElseThrow().words()).isEqualTo(words);
      assertThat(failed.failure().complaint().orElseThrow().code())
          .contains(type.replaceFirst(":.*", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"output\":{\"message\":{\"content\":[]}}}",
        "{\"output\":{},\"stopReason\":\"end_turn\"}",
        "{\"output\":{\"message\":{\"content\":[]}},\"stopReason\":\"malformed_tool_use\"}",
        "{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"input\":\"x\"}}]}},"
            + "\"stopReason\":\"tool_use\"}"
      })
  void takesNothingElseForAnAnswer(String body) {
    assertThatThrownBy(() ->
            adapter.decode(
                new WireReply(200, Optional.empty(), bytes(body)),
                ChatRequest.of(TestingProxy.chat("m")),
                ATTEMPT))
        .isInstanceOf(MalformedReplyException.class);
  }

  @Test
  void takesAnErrorThatCannotBeReadByItsStatus() throws Exception {
    var reply =
        adapter.decode(
            new WireReply(500, Optional.empty(), bytes("<html>")),
            ChatRequest.of(TestingProxy.chat("m")),
            ATTEMPT);

    assertThat(((Reply.Failed) reply).failure().kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void isSignedForTheRegionOfItsSite() {
    var site =
        new Site(
            Optional.empty(),
            Optional.of("eu-central-1"),
            Optional.empty(),
            Optional.empty(),
            Site.Api.CHAT,
            Site.PLAIN.quirks());

    assertThat(adapter.injection(site)).isEqualTo(new Injection.SigV4("eu-central-1", "bedrock"));
  }

  @Test
  void asksForTheTypeOfAnswerThatItReads() throws Exception {
    var whole = adapter.encode(ChatRequest.of(TestingProxy.chat("m")), ATTEMPT);
    var streamed = adapter.encode(ChatRequest.of(TestingProxy.streamed("m")), ATTEMPT);

    assertThat(whole.path()).isEqualTo("/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse");
    assertThat(whole.headers()).isEqualTo(Map.of("Accept", "application/json"));
    assertThat(streamed.path()).endsWith("/converse-stream");
    assertThat(streamed.headers()).isEqualTo(Map.of("Accept", adapter.streamType()));
  }

  @Test
  void limitsAnAnswerOnlyWhereItMust() throws Exception {
    var limited = new Attempt(MODEL, 77, true, Instant.EPOCH, Form.CHAT, Site.PLAIN);
    var request = ChatRequest.of(TestingProxy.chat("m"));

    assertThat(
            Wire.object(adapter.encode(request, limited).body()).at("/inferenceConfig/maxTokens"))
        .hasToString("77");
    assertThat(Wire.object(adapter.encode(request, ATTEMPT).body()).has("inferenceConfig"))
        .isFalse();
  }

  /** An application's inference profile says nothing of the model; the deployment does. */
  @Test
  void goesByThePublisherWhereTheModelIsAnArn() throws Exception {
    var arn = "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123";
    var site =
        new Site(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("anthropic"),
            Site.Api.CHAT,
            Site.PLAIN.quirks());
    var request = ChatRequest.of(TestingProxy.chat("m").put("top_k", 5));
    var told = new Attempt(arn, 100, false, Instant.EPOCH, Form.CHAT, site);

    assertThat(adapter.encode(request, told).dropped()).isEmpty();
    assertThat(adapter.encode(request, GoldenTest.attempt(arn)).dropped()).containsExactly("top_k");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
