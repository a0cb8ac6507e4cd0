package dev.sallyport.llm.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecentTest {
  private final Recent recent = new Recent();

  @Test
  void knowsNothingBeforeTheFirstNumber() {
    assertThat(recent.notAbove(0, 50)).isEmpty();
    assertThat(recent.notBelow(0, 50)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7, 8, 15, 16, 17, 100, 999, 65_535, 65_536, 4_000_000, Recent.MOST})
  void keepsANumberToWithinAnEighth(long number) {
    recent.add(0, number);

    assertThat(recent.notAbove(0, 50).orElseThrow()).isBetween(number - number / 8, number);
  }

  @ParameterizedTest
  @ValueSource(longs = {Recent.MOST + 1, Long.MAX_VALUE})
  void takesWhatIsMoreThanItKeepsForTheMost(long number) {
    recent.add(0, number);

    assertThat(recent.notAbove(0, 50)).isEqualTo(most());
  }

  private static OptionalLong most() {
    var other = new Recent();
    other.add(0, Recent.MOST);
    return other.notAbove(0, 50);
  }

  @Test
  void takesWhatIsLessThanNothingForNothing() {
    recent.add(0, Long.MIN_VALUE);

    assertThat(recent.notAbove(0, 50)).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"50, 5, 6", "75, 8, 3", "90, 9, 2", "99, 10, 1"})
  void tellsWhatSoManyPercentAreNotAboveAndNotBelow(int percent, long above, long below) {
    LongStream.rangeClosed(1, 10).forEach(number -> recent.add(0, number));

    assertThat(recent.notAbove(0, percent)).hasValue(above);
    assertThat(recent.notBelow(0, percent)).hasValue(below);
  }

  @Test
  void forgetsWhatIsFiveMinutesOldAndNothingBefore() {
    recent.add(10, 1);
    recent.add(11, 3);

    assertThat(recent.notAbove(14, 50)).hasValue(1);
    assertThat(recent.notAbove(15, 50)).hasValue(3);
    assertThat(recent.notAbove(16, 50)).isEmpty();
  }

  @Test
  void beginsAMinuteAnewInThePlaceOfOneThatIsOver() {
    recent.add(10, 1);
    recent.add(15, 3);

    assertThat(recent.notAbove(15, 50)).hasValue(3);
    assertThat(recent.notAbove(15, 1)).hasValue(3);
  }
}
