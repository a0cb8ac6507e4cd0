package dev.sallyport.gateway.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0, 0.2775",
    "5, 10, 0.2366, 0.7634",
    "10, 10, 0.7225, 1",
    "0, 629, 0, 0.0061",
    "616, 629, 0.9650, 0.9879",
    "0, 0, 0, 1"
  })
  void hasTheIntervalOfWilson(int number, int of, double low, double high) {
    var proportion = new Proportion(number, of);

    assertThat(proportion.low()).isEqualTo(low, within(0.0001));
    assertThat(proportion.high()).isEqualTo(high, within(0.0001));
  }
}
