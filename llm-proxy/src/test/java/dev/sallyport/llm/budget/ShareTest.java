package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
  private static final long PLENTY = 64_000_000;

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 2", "10, 512", "11, 1024", "12, 1024", "100, 1024"})
  void isEnlargedByMoreTheOftenerItIsAskedUpToSoManyCalls(int asked, long calls) {
    assertThat(asked(asked).ahead(10, PLENTY)).isEqualTo(10 * calls);
  }

  @ParameterizedTest
  @CsvSource({"10, 640, 10", "10, 639, 0", "10, 655359, 10239", "10, 655360, 10240"})
  void isNeverEnlargedByMoreThanASixtyFourthOfTheBudget(long wanted, long limit, long ahead) {
    assertThat(asked(100).ahead(wanted, limit)).isEqualTo(ahead);
  }

  /** The largest budget that can be written, and the largest call that anything is lent for. */
  @ParameterizedTest
  @CsvSource({"1000000000000000, 15625000000000, 15625000000000"})
  void countsTheLargestAmounts(long limit, long wanted, long ahead) {
    assertThat(asked(100).ahead(wanted, limit)).isEqualTo(ahead);
  }

  private static Share asked(int times) {
    var share = new Share(new Account("spiffe://prod/agent/ci", "2026-11-23"));
    for (int i = 0; i < times; i++) {
      share.enlarged(PLENTY);
    }
    return share;
  }
}
