package dev.sallyport.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
  private final Histogram histogram = new Histogram();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 127, 128, 129, 1_000, 123_456, 9_999_999, 100_000_000_000L})
  void knowsEachDurationToWithinTwoPerCent(long nanos) {
    histogram.record(nanos);

    assertThat((double) histogram.quantile(0.5)).isCloseTo((double) nanos, within(nanos * 0.02));
  }

  @Test
  void givesTheDurationThatAShareDoesNotExceed() {
    for (int micros = 1; micros <= 1_000; micros++) {
      histogram.record(micros * 1_000L);
    }

    assertThat(histogram.count()).isEqualTo(1_000);
    assertThat((double) histogram.quantile(0.5)).isCloseTo(500_000, within(10_000.0));
    assertThat((double) histogram.quantile(0.99)).isCloseTo(990_000, within(20_000.0));
    assertThat((double) histogram.quantile(1)).isCloseTo(1_000_000, within(20_000.0));
  }

  @Test
  void countsWhatIsTooLongAsTheLongest() {
    histogram.record(Long.MAX_VALUE);

    assertThat(histogram.quantile(1)).isGreaterThan(100_000_000_000L);
  }

  @Test
  void isZeroWhereNothingWasCounted() {
    assertThat(histogram.quantile(0.99)).isZero();
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> histogram.quantile(1.1)).hasMessageContaining("1.1");
  }
}
