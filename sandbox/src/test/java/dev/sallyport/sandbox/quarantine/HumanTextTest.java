package dev.sallyport.sandbox.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HumanTextTest {
  @ParameterizedTest
  @MethodSource("texts")
  void leavesNothingThatActsWhenDisplayed(String given, String displayed) {
    assertThat(HumanText.sanitise(given)).isEqualTo(displayed);
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("plain, with ümlaut, 漢字 and 😀", "plain, with ümlaut, 漢字 and 😀"),
        Arguments.of("a\r\nb\tc\n", "a\nb\tc\n"),
        Arguments.of("over\rwritten", "overwritten"),
        Arguments.of("\u001b[31mred\u001b[0m", "red"),
        Arguments.of("\u009b31mred", "red"),
        Arguments.of("\u001b]0;title\u0007x", "x"),
        Arguments.of("\u001b]8;;http://e.example\u001b\\click\u001b]8;;\u001b\\", "click"),
        Arguments.of("\u001b]52;c;ZXZpbA==\u009cx", "x"),
        Arguments.of("\u001bPq payload\u001b\\x", "x"),
        Arguments.of("\u001b]0;never ends\nnext", "\nnext"),
        Arguments.of("\u001b(Bx\u001bcy", "xy"),
        Arguments.of("\u001b", ""),
        Arguments.of("\\x1b[31mred\\u001b[0m \\033[1mb \\e[2J", " red   b  "),
        Arguments.of("\\\\e[mu001b[2Kx", "\\ u001b[2Kx"),
        Arguments.of("\\u001\\e[mb[2Kx", "\\u001 b[2Kx"),
        Arguments.of("\\u001<b>b[2Kx", " x"),
        Arguments.of("⟦a⟧⟦b⟧(c)", "[a] [b] (c)"),
        Arguments.of("a\u0000\u0008\u007f\u0085b", "ab"),
        Arguments.of("a\udb40\udc41\udb40\udc7fb", "ab"),
        Arguments.of("a\ufe0f\udb40\udd00\u180bb", "ab"),
        Arguments.of("a\u200b\u200c\u200d\u2060\ufeff\u00ad\u2062\u2064b", "ab"),
        Arguments.of("a\u202e\u2066\u200f\u061c\u2069b", "ab"),
        Arguments.of("a\u115f\u3164\u034f\u2800b", "ab"),
        Arguments.of("a\u2028b", "a\nb"),
        Arguments.of("\ud800x\ue000", "x"),
        Arguments.of("![x](https://e.example/?q=1)", "[image removed]"),
        Arguments.of("![x][ref]", "[image removed]"),
        Arguments.of("![[x]](https://e.example)", "! [[x]] (https://e.example)"),
        Arguments.of("!\u200b[x](https://e.example)", "[image removed]"),
        Arguments.of("[x](https://e.example)", "[x] (https://e.example)"),
        Arguments.of("[x][1]\n[1]: https://e.example", "[x] [1]\n[1] : https://e.example"),
        Arguments.of("<img src=x onerror=alert(1)>hi", "hi"),
        Arguments.of("<b>a</b><!-- c --><?php x?>", "a"),
        Arguments.of("<<b>script>", "‹script›"),
        Arguments.of("<https://e.example>", ""),
        Arguments.of("1 < 2 > 0", "1 ‹ 2 › 0"),
        Arguments.of("<img src=x", "‹img src=x"),
        Arguments.of("⟧ trusted ⟦", "] trusted ["));
  }

  @Test
  void takesHostileTextInLinearTime() {
    var text = "<a".repeat(100_000) + "![".repeat(100_000) + "\u001b]".repeat(100_000);

    assertThat(HumanText.sanitise(text)).doesNotContain("\u001b").doesNotContain("![");
  }
}
