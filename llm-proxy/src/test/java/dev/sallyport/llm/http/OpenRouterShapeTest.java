package dev.sallyport.llm.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** R13: OpenRouter's SDK refuses answers that lack a member or have a null where it wants none. */
final class OpenRouterShapeTest {
  @Test
  void saysThatAWholeAnswerHasNoFingerprint() {
    assertThat(whole("{\"id\":\"x\",\"n\":2.50}"))
        .isEqualTo("{\"system_fingerprint\":null,\"id\":\"x\",\"n\":2.50}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"system_fingerprint\":\"fp\",\"n\":2.50}",
        "{\"system_fingerprint\":null}",
        "{\"a\":1,\"a\":2}",
        "no JSON"
      })
  void leavesAWholeAnswerAsItIsThatHasOneOrCannotBeRead(String body) {
    assertThat(whole(body)).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"id\":\"x\",\"usage\":null,\"n\":2.50} | {\"id\":\"x\",\"n\":2.50}",
        "{\"id\":\"x\",\"system_fingerprint\":null,\"usage\":null} | {\"id\":\"x\"}",
        "{\"id\":\"\",\"object\":\"\"} | {\"id\":\"\",\"object\":\"chat.completion.chunk\"}"
      })
  void givesChunksWithoutNullsAndEachAsAChunk(String chunk, String shaped) {
    assertThat(frame("data: " + chunk + "\n\n")).isEqualTo("data: " + shaped + "\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"finish_reason\":null}]}\n\n",
        "data: {\"error\":{\"param\":null}}\n\n",
        "data: [DONE]\n\n",
        ": usage\n\n",
        "data: {\"a\":null}\ndata: {}\n\n"
      })
  void leavesEveryOtherEventAsItIs(String event) {
    assertThat(frame(event)).isEqualTo(event);
  }

  private static String whole(String body) {
    return text(OpenRouterShape.inBody(body.getBytes(StandardCharsets.UTF_8), Optional.empty()));
  }

  private static String frame(String event) {
    return text(OpenRouterShape.inFrame(event.getBytes(StandardCharsets.UTF_8), Optional::empty));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
