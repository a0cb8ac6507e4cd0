package dev.sallyport.identity.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8Test {
  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
  void isNoOtherEncodingThatAParserGuesses(String encoding) {
    for (var json : new String[] {"{\"a\":1}", " {}", "5", "\"\u20ac\""}) {
      var bytes = json.getBytes(Charset.forName(encoding));
      assertThat(Utf8.mayBe(bytes, bytes.length)).as(json).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "{}", "\"\u20ac\"", "\ufeff{}", "\"\ud83d\ude00\""})
  void isWhatIsWrittenInIt(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    assertThat(Utf8.mayBe(bytes, bytes.length)).isTrue();
  }

  @Test
  void looksAtNothingBehindTheEnd() {
    assertThat(Utf8.mayBe(new byte[] {'5', 0}, 1)).isTrue();
    assertThat(Utf8.mayBe(new byte[] {'5', 0}, 2)).isFalse();
  }
}
