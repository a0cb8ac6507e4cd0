package dev.sallyport.llm.reasoning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnSealsTest {
  private final OwnSeals seals = new OwnSeals();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"s\"}]}",
        "{\"content\":[{\"type\":\"redacted_thinking\",\"data\":\"s\"}]}",
        "{\"output\":[{\"type\":\"reasoning\",\"encrypted_content\":\"s\"}]}",
      })
  void findsThoseOfAWholeAnswer(String body) {
    seals.takeWhole(bytes(body));
    assertThat(seals.seals()).containsExactly("s");
  }

  @Test
  void putsThePartsOfEachSignatureTogether() {
    for (var part : List.of("0 a", "1 x", "0 b")) {
      seals.take(
          bytes(
              ("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":%s,"
                      + "\"delta\":{\"type\":\"signature_delta\",\"signature\":\"%s\"}}\n\n")
                  .formatted(part.substring(0, 1), part.substring(2))));
    }
    assertThat(seals.seals()).containsExactly("ab", "x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"redacted_thinking\","
            + "\"data\":\"s\"}}",
        "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"reasoning\","
            + "\"encrypted_content\":\"s\"}}",
      })
  void findsThoseOfEvents(String data) {
    seals.take(bytes("data: " + data + "\n\n"));
    assertThat(seals.seals()).containsExactly("s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data: [DONE]\n\n",
        "data: \"signature\" {\n\n",
        "data: \"encrypted_content\"\n\n",
        "data: {\"delta\":{\"signature\":7}}\n\n",
        "data: {\"delta\":{\"text\":\"a \\\"signature\\\" of mine\"}}\n\n",
        "data: {\"content_block\":{\"type\":\"thinking\",\"signature\":\"\"}}\n\n",
      })
  void holdsNothingUpThatBearsNone(String frame) {
    seals.take(bytes(frame));
    seals.takeWhole(bytes(frame));
    assertThat(seals.seals()).isEmpty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
