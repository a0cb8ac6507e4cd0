package dev.sallyport.identity.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much work it is to find what looks like a secret, whatever is sent. */
class SecretShapesTest {
  private static final String[] FRAGMENTS = {
    "eyJ",
    "a0Z9b8Y7",
    ".",
    "-",
    "_",
    " ",
    ":",
    "/",
    "://",
    "@",
    "bearer ",
    "basic",
    "sk-",
    "AKIA",
    "-----BEGIN ",
    "PRIVATE KEY",
    "-----",
    "-----END "
  };
  private static final int CHARS = 2_048;

  /** How often a character is looked at, at most, on average. */
  private static final int LOOKS = 150;

  @ParameterizedTest
  @MethodSource("beginnings")
  void looksAtNoCharacterOftenerTheLongerATextIs(String first) {
    for (var second : FRAGMENTS) {
      for (var third : FRAGMENTS) {
        var text = new CountedText((first + second + third).repeat(CHARS).substring(0, CHARS));

        SecretShapes.redact(text);

        assertThat(text.looks).as(first + second + third).isLessThan(LOOKS * CHARS);
      }
    }
  }

  private static Stream<String> beginnings() {
    return Stream.of(FRAGMENTS);
  }

  /** A text that counts how often one of its characters is looked at. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private int looks;

    private CountedText(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      looks++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
