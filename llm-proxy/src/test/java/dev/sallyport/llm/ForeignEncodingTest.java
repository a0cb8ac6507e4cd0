package dev.sallyport.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.llm.skin.Skin;
import dev.sallyport.llm.spi.Form;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.testing.TestingProxy;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * R11: providers that answer in other encodings than UTF-8, in which nobody looks for the
 * credential that they were asked with.
 */
final class ForeignEncodingTest {
  private static final List<String> ENCODINGS =
      List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE");

  private final FakeProvider upstream = new FakeProvider().lenient();
  private final TestingProxy testing = new TestingProxy();

  @AfterEach
  void close() throws IOException {
    testing.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({
    "openai, chat",
    "openai, responses",
    "anthropic, chat",
    "gemini, chat",
    "bedrock, chat"
  })
  void giveTheCredentialToNoCallerOfAnyForm(String protocol, String api) {
    testing.played("first", protocol, upstream);
    testing.deploymentOf("fast", "first", api, 0);
    for (var skin : Wires.skins(testing.clock)) {
      if (skin.form() != Form.EMBEDDINGS) {
        for (var encoding : ENCODINGS) {
          upstream.answers(json(200, saying(protocol, api, "so " + said(protocol)), encoding));
          int before = upstream.received().size();
          assertThatThrownBy(() -> answer(skin))
              .as("%s to %s", encoding, skin.form())
              .isInstanceOfSatisfying(
                  Refusal.class,
                  refusal -> {
                    assertThat(refusal.code()).isEqualTo(RefusalCode.UPSTREAM_MALFORMED);
                    assertThat(refusal.advice()).doesNotContain(said(protocol));
                  });
          assertThat(upstream.received()).hasSizeGreaterThan(before);
        }
        upstream.answers(json(200, saying(protocol, api, "Fine."), "UTF-8"));
        assertThat(new String(answer(skin).body(), StandardCharsets.UTF_8)).contains("Fine.");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"openai", "anthropic", "gemini", "bedrock"})
  void areNotBelievedWhatTheySayOfAnError(String protocol) {
    testing.played("first", protocol, upstream);
    testing.deploymentOf("fast", "first", "chat", 0);
    var skin = Wires.skins(testing.clock).getFirst();
    for (var encoding : ENCODINGS) {
      var error =
          ("{\"message\":\"messages: %1$s\",\"__type\":\"ValidationException\",\"error\":{"
                  + "\"status\":\"INVALID_ARGUMENT\",\"type\":\"content_filter\","
                  + "\"code\":\"content_filter\",\"message\":\"messages: %1$s\"}}")
              .formatted(said(protocol));
      upstream.answers(json(400, error, encoding));
      assertThatThrownBy(() -> answer(skin))
          .as(encoding)
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.code()).isEqualTo(RefusalCode.INVALID_REQUEST);
                assertThat(refusal.advice()).doesNotContain(said(protocol));
              });
    }
  }

  /** Asks once what was answered wrongly before is forgotten. */
  private Answer answer(Skin skin) {
    testing.clock.advance(Duration.ofMinutes(11));
    return testing.proxy.answer(testing.caller(), asked(skin), Exchange.AS_IT_IS);
  }

  private static ModelRequest asked(Skin skin) {
    var said =
        skin.form() == Form.RESPONSES
            ? "\"input\":\"Hi\""
            : "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    return skin.read("{\"model\":\"fast\",%s}".formatted(said).getBytes(StandardCharsets.UTF_8));
  }

  private static String said(String protocol) {
    return TestingProxy.secret(protocol);
  }

  private static Script json(int status, String body, String encoding) {
    return Script.of(status, "application/json", List.of(body.getBytes(Charset.forName(encoding))));
  }

  private static String saying(String protocol, String api, String text) {
    return switch (protocol + " " + api) {
      case "openai chat" ->
          "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
              + "\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"finish_reason\":\"stop\"}]}"
                  .formatted(text);
      case "openai responses" ->
          "{\"id\":\"r\",\"object\":\"response\",\"model\":\"m\",\"status\":\"completed\",\"output\":[{\"type\":"
              + "\"message\",\"id\":\"i\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\","
              + "\"text\":\"%s\",\"annotations\":[]}]}]}".formatted(text);
      case "anthropic chat" ->
          "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
              + "\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\","
                  .formatted(text)
              + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
      case "gemini chat" ->
          "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"%s\"}]},"
                  .formatted(text)
              + "\"finishReason\":\"STOP\"}],\"modelVersion\":\"g\",\"responseId\":\"r\"}";
      default ->
          "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"%s\"}]}},"
                  .formatted(text)
              + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"totalTokens\":2}}";
    };
  }
}
