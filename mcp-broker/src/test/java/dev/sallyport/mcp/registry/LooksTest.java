package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who waits for which look at a server. */
class LooksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int CALLERS = 50;

  private final Looks looks = new Looks();

  @Test
  void areFreshForAsLongAsIsSaidFromWhereTheyBegan() {
    assertThat(looks.isFresh(0, DAY)).isFalse();
    looks.begin(5);
    assertThat(looks.isFresh(5, DAY)).isFalse();
    looks.end(true);

    assertThat(looks.isFresh(14, Duration.ofNanos(10))).isTrue();
    assertThat(looks.isFresh(15, Duration.ofNanos(10))).isFalse();
    assertThat(looks.isFresh(5, Duration.ZERO)).isFalse();
  }

  @Test
  void areNoFresherForOneThatWasNotAnswered() {
    looks.begin(0);
    looks.end(true);
    looks.begin(100);
    looks.end(false);

    assertThat(looks.isFresh(100, Duration.ofNanos(50))).isFalse();
  }

  @Test
  void areOneForAllWhoAskTogether() throws Exception {
    looks.begin(System.nanoTime());
    var asked = new CountDownLatch(CALLERS);
    var waiting = new ArrayList<Future<Boolean>>();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < CALLERS; caller++) {
        waiting.add(callers.submit(() -> looks.await(Duration.ZERO, PATIENCE, asked::countDown)));
      }
      asked.await();
      looks.end(true); // it began before they asked

      looks.begin(System.nanoTime());
      assertThat(waiting).noneMatch(Future::isDone);
      looks.end(true);

      for (var one : waiting) {
        assertThat(one.get()).isTrue();
      }
    }
  }

  @Test
  void areJoinedByWhoMayUseOneThatIsUnderWay() throws Exception {
    looks.begin(System.nanoTime());
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var joins =
          callers.submit(() ->
              looks.await(
                  DAY,
                  PATIENCE,
                  () -> {
                    throw new AssertionError("another look is asked for");
                  }));
      looks.end(true);

      assertThat(joins.get()).isTrue();
    }
  }

  @Test
  void endTheWaitingOfAllWhenNoMoreAreTaken() {
    looks.stop();

    assertThat(looks.await(Duration.ZERO, PATIENCE, () -> {})).isFalse();
  }

  @Test
  void areWaitedForNoLongerThanIsSaid() {
    assertThat(looks.await(Duration.ZERO, Duration.ofMillis(1), () -> {})).isFalse();
  }
}
