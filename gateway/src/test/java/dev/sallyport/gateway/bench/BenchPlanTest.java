package dev.sallyport.gateway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchPlanTest {
  @ParameterizedTest
  @CsvSource({"1, 2000, 15, 30", "4, 2000, 60, 120", "10, 3000, 40, 120", "60, 3000, 40, 120"})
  void warmsUpForAFewTimesAsLongAsItMeasures(int seconds, long millis, int times, int atMost) {
    var plan = BenchPlan.of(McpBench.NAME, Duration.ofSeconds(seconds), Optional.empty());

    assertThat(plan.warmUp()).isEqualTo(Duration.ofMillis(millis));
    assertThat(plan.warmUps()).isEqualTo(times);
    assertThat(plan.warmUp().multipliedBy(plan.warmUps())).isEqualTo(Duration.ofSeconds(atMost));
  }
}
