package dev.sallyport.vault.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "QUJDREVGR0hJSktMTU5PUFFS",
        "QUJDREVG\\r\\nR0hJSktM\\nTU5PUFFS",
        "QUJDREVGR0hJ\\/ktMTU5PUFFS",
        "\\u0051UJDREVGR0hJSktMTU5PUFFS"
      })
  void findsARunWhereverItStands(String run) {
    for (int before = 0; before < 60; before++) {
      var text = "{\"a\": \"" + " ".repeat(before) + run + " . . .\"}";
      assertThat(mayBeIn(text)).as(text).isTrue();
    }
  }

  @Test
  void passesOverWhatIsTooShort() {
    assertThat(mayBeIn("")).isFalse();
    assertThat(mayBeIn("{\"text\": \"plain words, and QUJDREVGR0hJSktMTU5PUFF.\"}".repeat(9)))
        .isFalse();
  }

  private static boolean mayBeIn(String text) {
    return PackedText.mayBeIn(text.getBytes(StandardCharsets.UTF_8));
  }
}
