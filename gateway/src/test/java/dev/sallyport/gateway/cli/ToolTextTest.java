package dev.sallyport.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolTextTest {
  @ParameterizedTest
  @CsvSource({
    "'a\r\nb\tc', 'a\\r\\nb\\tc'",
    "'\u001b[2Jx', '\\u001b[2Jx'",
    "'x\u0085y', 'x\\u0085y'",
    "'x\u202ey', 'x\\u202ey'",
    "'x\u2028y', 'x\\u2028y'",
    "'plain \u00e9', 'plain \u00e9'"
  })
  void escapesWhatMovesOrHidesText(String text, String visible) {
    assertThat(ToolText.visible(text)).isEqualTo(visible);
  }
}
