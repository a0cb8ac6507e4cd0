package dev.sallyport.mcp.definition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Finds accounts.\r\n\tOne a line.",
        "Grüße, Ελληνικά, 日本語, e\u0301",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", // Persian
        "\u0915\u094d\u200d\u0937", // Hindi
        "\ud83d\udc69\u200d\ud83d\udcbb", // woman with a computer
        "\ud83d\udc69\ud83c\udffd\u200d\ud83d\ude80", // with a skin tone
        "\u2764\ufe0f\u200d\ud83d\udd25", // a heart on fire
        "\u1820\u180b", // Mongolian
        "\u8fbb\ufe00", // Japanese
        "1\ufe0f\u20e3"
      })
  void takesWhatIsSeen(String text) {
    assertThat(VisibleText.hides(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u200bb", // zero-width space
        "a\u200db", // a joiner that joins nothing
        "a\u200cb",
        "\u0645\u200c",
        "\u200d\ud83d\udcbb",
        "\ud83d\udc69\u200d",
        "\ud83d\udc69\u200d\u200d\ud83d\udcbb",
        "a\u2028b",
        "a\u2029b",
        "a\u034fb",
        "a\u115fb",
        "a\u1160b",
        "a\u3164b",
        "a\uffa0b",
        "a\u17b4b",
        "a\u17b5b",
        "a\u2800b",
        "\ufe0f",
        "a\ufe0f\ufe0f",
        "a\ufe00b\ufe01",
        "a\u180bb",
        "\u1820\u180e",
        "\u2764\ufe0f\ufe0f",
        "a \ufe01b",
        "a\u180b\u180cb",
        "a\u202eb", // turns the direction
        "a\u00adb", // soft hyphen
        "a\u0007b",
        "a\ue000b",
        "a\ud800b",
        "a\udb40\udc41b", // a tag
        "a\udb40\udd00b" // an extra selector
      })
  void refusesWhatIsNotSeen(String text) {
    assertThat(VisibleText.hides(text)).isTrue();
  }
}
