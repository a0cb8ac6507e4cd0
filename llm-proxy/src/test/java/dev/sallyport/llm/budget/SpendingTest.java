package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class SpendingTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/ci");
  private static final PrincipalId OTHER = new PrincipalId("spiffe://prod/agent/other");
  private static final Duration HOLD = Duration.ofMinutes(11);

  private final TestingClock clock = new TestingClock();
  private final TestingDatabase database = newDatabase();
  private final Spending spending = new Spending(database.dataSource(), clock, HOLD);

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void holdsUpToTheLimitAndNotOneMicroDollarMore() throws Exception {
    var first = spending.hold(call(), turn(AGENT), day(100), 60);
    spending.hold(call(), turn(AGENT), day(100), 40);
    assertRefused(() -> spending.hold(call(), turn(AGENT), day(100), 1));

    first.settle(59);
    spending.hold(call(), turn(AGENT), day(100), 1);
    assertRefused(() -> spending.hold(call(), turn(AGENT), day(100), 1));
    assertThat(spending.spentToday(AGENT)).isEqualTo(59);
    assertThat(spending.heldToday(AGENT)).isEqualTo(41);
  }

  @Test
  void allowsNothingOnABudgetOfNothing() {
    assertRefused(() -> spending.hold(call(), turn(AGENT), day(0), 0));
    assertRefused(() -> spending.hold(call(), turn(AGENT), day(10), 11));
  }

  @Test
  void countsEachPrincipalAndEachDayByItself() throws Exception {
    spending.hold(call(), turn(AGENT), day(10), 10).settle(10);
    assertRefused(() -> spending.hold(call(), turn(AGENT), day(10), 10));
    spending.hold(call(), turn(OTHER), day(10), 10);

    clock.advance(Duration.ofHours(12)); // from noon to midnight UTC
    assertThat(spending.spentToday(AGENT)).isZero();
    spending.hold(call(), turn(AGENT), day(10), 10);
  }

  @Test
  void settlesOnTheDayOnWhichItHeld() throws Exception {
    var hold = spending.hold(call(), turn(AGENT), day(10), 10);
    clock.advance(Duration.ofHours(12));
    hold.settle(7);

    assertThat(spending.spentToday(AGENT)).isZero();
    clock.advance(Duration.ofHours(-12));
    assertThat(spending.spentToday(AGENT)).isEqualTo(7);
    assertThat(spending.heldToday(AGENT)).isZero();
  }

  @Test
  void letsGoOfAHoldThatWasNeverSettledOnceItExpires() throws Exception {
    var hold = spending.hold(call(), turn(AGENT), day(10), 10);
    clock.advance(HOLD);
    spending.sweep();
    assertThat(spending.heldToday(AGENT)).isEqualTo(10);

    clock.advance(Duration.ofMillis(1));
    new Spending(database.dataSource(), clock, HOLD); // as after a crash
    assertThat(spending.heldToday(AGENT)).isZero();

    hold.settle(4); // and one that comes late still counts, once
    assertThat(spending.spentToday(AGENT)).isEqualTo(4);
    assertThat(spending.heldToday(AGENT)).isZero();
  }

  /** ST-01. */
  @Test
  void neverHoldsMoreThanTheLimitHoweverManyAskAtOnce() throws Exception {
    int threads = 64;
    int each = 8;
    long limit = 1_000;
    var start = new CountDownLatch(1);
    var tasks = new ArrayList<Callable<Long>>();
    for (int i = 0; i < threads; i++) {
      tasks.add(() -> {
        start.await();
        long held = 0;
        for (int n = 0; n < each; n++) {
          try {
            var hold = spending.hold(call(), turn(AGENT), day(limit), 7);
            hold.settle(n % 2 == 0 ? 5 : 7);
            held += n % 2 == 0 ? 5 : 7;
          } catch (Refusal refusal) {
            assertThat(refusal.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
          }
        }
        return held;
      });
    }
    long settled = 0;
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var results = tasks.stream().map(pool::submit).toList();
      start.countDown();
      for (var result : results) {
        settled += result.get();
      }
    }
    assertThat(settled).isBetween(limit - 13, limit);
    assertThat(spending.spentToday(AGENT)).isEqualTo(settled);
    assertThat(spending.heldToday(AGENT)).isZero();
  }

  @Test
  void refusesToGuessWhenTheStoreIsGone() throws Exception {
    database.execute("DROP TABLE llm_budget");
    assertThatThrownBy(() -> spending.hold(call(), turn(AGENT), day(10), 1))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.UNAVAILABLE));
  }

  private static Turn turn(PrincipalId owner) {
    return new Turn(new TurnId("turn_" + "a".repeat(26)), owner, Instant.EPOCH);
  }

  private static List<Budget> day(long limit) {
    return List.of(new Budget(Per.DAY, limit, Mode.HARD));
  }

  private static CallId call() {
    return new CallId(UUID.randomUUID().toString());
  }

  private static void assertRefused(Callable<?> hold) {
    assertThatThrownBy(hold::call)
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED));
  }
}
