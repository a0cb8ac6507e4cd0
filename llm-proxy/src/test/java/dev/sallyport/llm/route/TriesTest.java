package dev.sallyport.llm.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much is done for one call, and for all (R9). */
class TriesTest {
  private final TestingClock clock = new TestingClock();
  private final List<Duration> pauses = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();

  @ParameterizedTest
  @CsvSource({"0, 5", "1, 5", "25, 5", "26, 5", "29, 5", "30, 6", "100, 20", "1000, 200"})
  void addsAtMostAFifthToTheLoadOfTenSeconds(int calls, int repeats) {
    var budget = new RetryBudget(RetryRules.DEFAULTS, clock);
    for (int i = 0; i < calls; i++) {
      budget.called();
    }
    int taken = 0;
    while (taken <= calls + 5 && budget.take()) {
      taken++;
    }
    assertThat(taken).isEqualTo(repeats);
    clock.advance(Duration.ofSeconds(9));
    assertThat(budget.take()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(budget.take()).isTrue();
  }

  @Test
  void letsNoneBeRepeatedWhereNoneMayBe() {
    var rules = new RetryRules(5, 0, 0, Duration.ZERO, Duration.ofSeconds(1));
    assertThat(tries(rules, Duration.ofMinutes(1)).again(cancellation)).isFalse();
    assertThat(pauses).isEmpty();
  }

  @Test
  void countsAttemptsWhoeverMakesThem() {
    var tries = tries(RetryRules.DEFAULTS, Duration.ofMinutes(1));
    for (int i = 0; i < 5; i++) {
      assertThat(tries.isLeft()).isTrue();
      tries.count();
    }
    assertThat(tries.isLeft()).isFalse();
    assertThat(tries.again(cancellation)).isFalse();
  }

  @Test
  void hasNoAttemptLeftWhenItsTimeIsOver() {
    assertThat(tries(RetryRules.DEFAULTS, Duration.ZERO).isLeft()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"30, 60, true", "31, 60, false", "20, 20, false", "19, 20, true"})
  void waitsNeitherLongerThanItsPatienceNorThanItsTime(int wanted, int time, boolean waits) {
    var tries = tries(RetryRules.DEFAULTS, Duration.ofSeconds(time));

    assertThat(tries.later(Duration.ofSeconds(wanted), cancellation)).isEqualTo(waits);
    assertThat(pauses).hasSize(waits ? 1 : 0);
    pauses.forEach(pause ->
        assertThat(pause)
            .isBetween(
                Duration.ofSeconds(wanted).plusMillis(50),
                Duration.ofSeconds(wanted).plusMillis(250)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 200, 12_345_678})
  void waitsALittleBeforeItAsksTheSameAgain(long random) {
    var retries = new Retries(RetryRules.DEFAULTS, clock, pauses::add, () -> random);
    assertThat(retries.begin(Duration.ofMinutes(1)).again(cancellation)).isTrue();
    assertThat(pauses.getFirst()).isBetween(Duration.ofMillis(50), Duration.ofMillis(250));
  }

  @Test
  void stopsWaitingWhenTheCallerLeaves() {
    Pause leaving =
        length -> {
          cancellation.cancel();
          new CountDownLatch(1).await(); // until it is interrupted
        };
    var retries = new Retries(RetryRules.DEFAULTS, clock, leaving, () -> 0);
    var tries = retries.begin(Duration.ofMinutes(1));
    assertThatThrownBy(() -> tries.again(cancellation)).isInstanceOf(CallCancelledException.class);
  }

  private Tries tries(RetryRules rules, Duration time) {
    return new Retries(rules, clock, pauses::add, () -> 0).begin(time);
  }
}
