package dev.sallyport.sandbox.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0            | 0
          00           | 0
          007          | 7
          7            | 7
          +7           | 7
          -7           | -7
          -0           | 0
          7.50         | 7.5
          7e3          | 7000
          1,000        | 1000
          10,00        | 10,00
          1000         | 1000
          ٣            | ٣
          -            | -
          7a           | 7a
          ABC          | abc
          """)
  void hasOneKeyForAllWaysToWriteANumber(String word, String key) {
    assertThat(Words.key(word)).isEqualTo(key);
  }

  @Test
  void takesNoMoreThanFortyDigitsForANumber() {
    assertThat(Words.key("0" + "9".repeat(39))).isEqualTo("9".repeat(39));
    assertThat(Words.key("9".repeat(40))).isEqualTo("9".repeat(40));
    assertThat(Words.key("0" + "9".repeat(40))).isEqualTo("0" + "9".repeat(40));
    assertThat(Words.key("9".repeat(41))).isEqualTo("9".repeat(41));
    assertThat(Words.key("")).isEmpty();
  }
}
