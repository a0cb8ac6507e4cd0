package dev.sallyport.llm.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.route.Admission.Shut;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.testing.Wire;
import java.time.Duration;
import java.util.List;
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
      if (health.admit(candidate("a", "p", "r", i)) instanceof Admitted one) {
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
            .<Callable<Boolean>>mapToObj(_ -> () -> health.admit(one) instanceof Admitted)
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
  @CsvSource({"CREDENTIAL_REJECTED, 600", "PAYMENT, 600"})
  void parksACredentialThatIsNotTakenUntilItChangesOrItsTimeIsOver(Kind kind, int seconds) {
    admitted(candidate("a", "p", "r", 1)).failed(Failure.of(kind));

    var other = candidate("b", "p", "r", 1);
    var shut = (Shut) health.admit(other);
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

    assertThat(why(one)).isEqualTo("parked_rate_limited");
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
    var shut = (Shut) health.admit(one);
    assertThat(shut.failure().kind()).isEqualTo(kind);
    assertThat(shut.failure().retryAfter()).contains(Duration.ofSeconds(seconds - 1L));
    clock.advance(Duration.ofSeconds(seconds - 1L).plusMillis(1));
    assertThat(why(one)).isEqualTo("admitted");
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

  private void fail(int times, Candidate candidate) {
    for (int i = 0; i < times; i++) {
      admitted(candidate).failed(Failure.of(Kind.UNAVAILABLE));
    }
  }

  private Admitted admitted(Candidate candidate) {
    return (Admitted) health.admit(candidate);
  }

  /** Why it is not admitted; one that is gives its place back. */
  private String why(Candidate candidate) {
    return switch (health.admit(candidate)) {
      case Admitted one -> {
        one.abandoned();
        yield "admitted";
      }
      case Shut(var why, _, _) -> why;
    };
  }

  private static Candidate candidate(String name, String provider, String region, int version) {
    var catalog = new Catalog();
    var resources =
        List.of(
            resource("Credential", "key", "{\"providers\":[\"%s\"]}".formatted(provider)),
            resource(
                "Provider",
                provider,
                ("{\"protocol\":\"openai\",\"baseUrl\":\"https://h/v1\",\"region\":\"%s\","
                        + "\"credential\":\"key\"}")
                    .formatted(region)),
            resource(
                "Deployment",
                name,
                "{\"alias\":\"a\",\"provider\":\"%s\",\"upstreamModel\":\"%s\"}"
                    .formatted(provider, name)));
    try {
      catalog.prepare(new ResourceSet(resources)).activate();
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
    return new Candidate(
        catalog.deployments("a").getFirst(),
        Optional.of(new CredentialUse("key", version, "provider:" + provider)));
  }

  private static Resource resource(String kind, String name, String spec) {
    return new Resource(Resource.API_VERSION, kind, name, Map.of(), Wire.object(spec));
  }
}
