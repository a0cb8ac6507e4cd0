package dev.sallyport.identity.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UnseenTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x0, '\n', '\t', 0x1b, 0x7f, 0x85, 0xad, 0x200b, 0x200d, 0x2028, 0x2029, 0x202e, 0x2066,
        0xfeff, 0xd800, 0xe000, 0xe0041, 0xfffe, 0x10ffff
      })
  void namesWhatMovesOrHidesOthers(int codePoint) {
    assertThat(Unseen.is(codePoint)).isTrue();
  }

  @Test
  void escapesEachAndNothingElse() {
    assertThat(Unseen.escaped("a\tb\r\n\u202ec\u2028 \udb40\udc41\ud800 ü漢\ud83d\ude00"))
        .isEqualTo("a\\tb\\r\\n\\u202ec\\u2028 \\u{e0041}\\ud800 ü漢\ud83d\ude00");
  }

  @ParameterizedTest
  @ValueSource(ints = {' ', '!', '~', 0xa0, 'ü', 0x301, 0x3000, '漢', 0x1f600})
  void leavesLettersMarksAndSpaces(int codePoint) {
    assertThat(Unseen.is(codePoint)).isFalse();
  }
}
