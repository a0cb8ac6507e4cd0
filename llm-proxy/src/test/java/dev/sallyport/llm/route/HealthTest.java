package dev.sallyport.llm.route;

import static dev.sallyport.llm.route.Candidates.candidate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.route.Admission.Shut;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Failure domains: R10, and what Portkey's are accepted for and do not do (#1289). */
class HealthTest {
  private static final Duration OVER = Duration.ofSeconds(31);
  private static final PrincipalId WHO = new PrincipalId("spiffe://prod/agent/ci");

  private static final PrincipalId OTHER = new PrincipalId("spiffe://prod/agent/other");

  private final TestingClock clock = new TestingClock();
  private final Health health = new Health(clock, RetryRules.DEFAULTS);

  @Test
  void leavesADeploymentAloneThatFailsAndNoOther() {
    fail(5, candidate("a", "p", "r", 1));

    assertThat(why(candidate("a", "p", "r", 1))).isEqualTo("breaker_open_deployment");
    assertThat(why(candidate("b", "p", "r", 1))).isEqualTo("admitted");
  }

  @Test
  void leavesAProviderAloneAllOfWhoseDeploymentsFail() {
    for (int i = 0; i < 5; i++) {
      fail(4, candidate("d" + i, "p", "r", 1));
    }
    assertThat(why(candidate("other", "p", "r", 1))).isEqualTo("breaker_open_region");
    assertThat(why(candidate("other", "p", "s", 1))).isEqualTo("breaker_open_provider");
    assertThat(why(candidate("other", "q", "r", 1))).isEqualTo("breaker_open_region");
    assertThat(why(candidate("other", "q", "s", 1))).isEqualTo("admitted");
  }

  @Test
  void doesNotLeaveAProviderAloneOfWhichOnlyAPartFails() {
    for (int i = 0; i < 20; i++) {
      fail(1, candidate("bad" + i % 5, "p", "r", 1));
      admitted(candidate("good", "p", "r", 1)).succeeded();
    }
    assertThat(why(candidate("good", "p", "r", 1))).isEqualTo("admitted");
    assertThat(why(candidate("bad1", "p", "r", 1))).isEqualTo("admitted");
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class)
  void holdsAgainstADeploymentOnlyWhatItIsTheCauseOf(Kind kind) {
    for (int i = 0; i < 40; i++) {
      if (health.admit(candidate("a", "p", "r", i), WHO) instanceof Admitted one) {
        one.failed(Failure.of(kind));
      }
    }
    assertThat(why(candidate("a", "p", "r", 41)).equals("admitted")).isEqualTo(!kind.fault());
  }

  @Test
  void comesBackByOneProbeAndStays() {
    var one = candidate("a", "p", "r", 1);
    fail(5, one);
    clock.advance(OVER);
    fail(1, one);
    assertThat(why(one)).isEqualTo("breaker_open_deployment");

    clock.advance(OVER);
    admitted(one).succeeded();
    for (int i = 0; i < 20; i++) { // a failure now and then does not open it again
      admitted(one).succeeded();
      admitted(one).succeeded();
      fail(1, one);
    }
    assertThat(why(one)).isEqualTo("admitted");
  }

  /** No stampede. */
  @Test
  void letsOneOfAHundredProbe() throws InterruptedException, ExecutionException {
    var one = candidate("a", "p", "r", 1);
    fail(5, one);
    clock.advance(OVER);
    var calls =
        IntStream.range(0, 100)
            .<Callable<Boolean>>mapToObj(_ -> () -> health.admit(one, WHO) instanceof Admitted)
            .toList();
    int admitted = 0;
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var asked : pool.invokeAll(calls)) {
        admitted += asked.get() ? 1 : 0;
      }
    }
    assertThat(admitted).isEqualTo(1);
  }

  @Test
  void letsAnotherProbeWhereOneWasGivenUp() {
    var one = candidate("a", "p", "r", 1);
    fail(5, one);
    clock.advance(OVER);
    admitted(one).abandoned();
    admitted(one).succeeded();
    assertThat(why(one)).isEqualTo("admitted");
  }

  @ParameterizedTest
  @CsvSource("CREDENTIAL_REJECTED, 600")
  void parksACredentialThatIsNotTakenUntilItChangesOrItsTimeIsOver(Kind kind, int seconds) {
    failForTwo(candidate("a", "p", "r", 1), Failure.of(kind));

    var other = candidate("b", "p", "r", 1);
    var shut = (Shut) health.admit(other, WHO);
    assertThat(shut.why()).isEqualTo("parked_" + kind.label());
    assertThat(shut.failure().kind()).isEqualTo(kind);
    assertThat(shut.failure().retryAfter()).contains(Duration.ofSeconds(seconds));
    assertThat(shut.ofCredential()).isTrue();
    assertThat(why(candidate("a", "p", "r", 2))).isEqualTo("admitted");
    assertThat(why(candidate("c", "q", "r", 1))).isEqualTo("admitted");

    clock.advance(Duration.ofSeconds(seconds));
    assertThat(why(other)).startsWith("parked_");
    clock.advance(Duration.ofMillis(1));
    var probe = admitted(other);
    assertThat(why(other)).startsWith("parked_");
    probe.failed(Failure.of(kind));
    assertThat(why(other)).startsWith("parked_");
    clock.advance(Duration.ofSeconds(seconds + 1));
    admitted(other).succeeded();
    assertThat(why(other)).isEqualTo("admitted");
  }

  @Test
  void leavesAQuotaAloneUntilRetryAfterButNotTheOtherModelsOfTheCredential() {
    var one = candidate("a", "p", "r", 1);
    admitted(one).failed(after(Kind.RATE_LIMITED, 7));

    assertThat(why(one)).isEqualTo("parked_rate_limited_for_caller");
    assertThat(why(candidate("b", "p", "r", 1))).isEqualTo("admitted");
    clock.advance(Duration.ofMillis(7_001));
    assertThat(why(one)).isEqualTo("admitted");
  }

  @ParameterizedTest
  @CsvSource({"OVERLOADED, 9", "UNAVAILABLE, 9"})
  void leavesADeploymentAloneForAsLongAsItAsks(Kind kind, int seconds) {
    var one = candidate("a", "p", "r", 1);
    admitted(one).failed(after(kind, seconds));

    assertThat(why(one)).isEqualTo("breaker_open_deployment");
    clock.advance(Duration.ofSeconds(1));
    var shut = (Shut) health.admit(one, WHO);
    assertThat(shut.failure().kind()).isEqualTo(kind);
    assertThat(shut.failure().retryAfter()).contains(Duration.ofSeconds(seconds - 1L));
    clock.advance(Duration.ofSeconds(seconds - 1L).plusMillis(1));
    assertThat(why(one)).isEqualTo("admitted");
  }

  /** A stream may take as long as its reader likes: others do not wait for its end. */
  @Test
  void letsOthersInOnceTheAnswerOfTheFirstHasBegun() {
    var one = candidate("a", "p", "r", 1);
    failForTwo(one, after(Kind.RATE_LIMITED, 7));
    clock.advance(Duration.ofMillis(7_001));

    var first = admitted(one);
    assertThat(why(one)).isEqualTo("parked_rate_limited");
    first.began();

    assertThat(why(one)).isEqualTo("admitted");
    first.failed(Failure.of(Kind.BROKE_OFF));
    assertThat(why(one)).isEqualTo("admitted");
  }

  @Test
  void tellsCountsApartFromAnswers() {
    var one = candidate("a", "p", "r", 1);

    failForTwo(one.forCount(), after(Kind.RATE_LIMITED, 7));

    assertThat(why(one.forCount())).isEqualTo("parked_rate_limited");
    assertThat(why(one)).isEqualTo("admitted");
  }

  @Test
  void knowsHowQuickAStreamWasOnlyOnceItIsWholeAndItsReaderDidNotHoldItUp() {
    var served =
        new Served(
            Optional.empty(), Optional.empty(), Optional.of(Usage.of(Map.of(Unit.TEXT_OUT, 7L))));
    var one = candidate("a", "p", "r", 1);

    var broken = admitted(one);
    broken.began();
    broken.failed(Failure.of(Kind.BROKE_OFF));
    assertThat(health.speeds().millis("a", true, 50)).isEmpty();

    var slowlyRead = admitted(one);
    slowlyRead.began();
    slowlyRead.streamed(served, Duration.ofHours(1).toNanos());
    assertThat(health.speeds().millis("a", true, 50)).isPresent();
    assertThat(health.speeds().milliTokens("a", 50)).isEmpty();

    var whole = admitted(one);
    whole.began();
    whole.streamed(served, 0);
    assertThat(health.speeds().milliTokens("a", 50)).isPresent();
  }

  @Test
  void leavesNobodyAloneForMoreThanAnHour() {
    var one = candidate("a", "p", "r", 1);
    admitted(one).failed(after(Kind.RATE_LIMITED, 1_000_000));
    clock.advance(Duration.ofMinutes(61));
    assertThat(why(one)).isEqualTo("admitted");
  }

  private static Failure after(Kind kind, int seconds) {
    return new Failure(
        kind, Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(seconds)));
  }

  /** What one principal meets alone may be its own doing. */
  private void failForTwo(Candidate candidate, Failure failure) {
    admitted(candidate).failed(failure);
    ((Admitted) health.admit(candidate, OTHER)).failed(failure);
  }

  private void fail(int times, Candidate candidate) {
    for (int i = 0; i < times; i++) {
      admitted(candidate).failed(Failure.of(Kind.UNAVAILABLE));
    }
  }

  private Admitted admitted(Candidate candidate) {
    return (Admitted) health.admit(candidate, WHO);
  }

  private String why(Candidate candidate) {
    return Candidates.why(health.admit(candidate, WHO));
  }
}
