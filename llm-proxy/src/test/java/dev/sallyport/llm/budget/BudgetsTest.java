package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Mode;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.llm.budget.Spending.Users;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** R3, S83: several budgets of one call, each counted by itself and all held in one step. */
@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class BudgetsTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/ci");
  private static final Duration HOLD = Duration.ofMinutes(11);

  private final TestingClock clock = new TestingClock();
  private final TestingDatabase database = newDatabase();
  private final Spending spending = new Spending(database.dataSource(), Users.MANY, clock, HOLD);

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void holdsOfAllBudgetsOrOfNone() throws Exception {
    var budgets = List.of(budget(Per.TURN, 30), budget(Per.DAY, 100), budget(Per.MONTH, 1_000));
    var one = turn("a", false);
    hold(one, budgets, 30);
    assertRefused(() -> hold(one, budgets, 1), "this turn");
    assertThat(spending.held(one, Per.DAY)).isEqualTo(30);

    for (int i = 0; i < 7; i++) {
      hold(turn("bcdefgh".substring(i, i + 1), false), budgets, 10).settle(10);
    }
    var fresh = turn("z", false);
    assertRefused(() -> hold(fresh, budgets, 1), "this day");
    assertThat(spending.held(fresh, Per.TURN)).isZero();
    assertThat(spending.spent(fresh, Per.MONTH)).isEqualTo(70);
    assertThat(spending.held(fresh, Per.MONTH)).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource({
    "DAY, 2026-03-01T00:00:00Z",
    "WEEK, 2026-03-02T00:00:00Z",
    "MONTH, 2026-03-01T00:00:00Z"
  })
  void beginsEachPeriodAnewInUtc(Per per, String next) throws Exception {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2026-02-28T12:00:00Z")));
    var turn = turn("a", false);
    var budgets = List.of(budget(per, 10));
    var atMidnight = hold(turn, budgets, 4); // under way at the turn of the period
    hold(turn, budgets, 6).settle(6);
    clock.advance(Duration.between(clock.instant(), Instant.parse(next)).minusMillis(1));
    assertRefused(() -> hold(turn, budgets, 1), "wait until " + next);

    clock.advance(Duration.ofMillis(1));
    hold(turn, budgets, 10).settle(10);
    assertRefused(() -> hold(turn, budgets, 1), "does not cover");
    atMidnight.settle(4); // goes on the period in which it began
    assertThat(spending.spent(turn, per)).isEqualTo(10);
  }

  /** What they hold is there again long before the day is over. */
  @Test
  void saysThatCallsUnderWayHoldWhatIsMissing() {
    var turn = turn("a", false);
    var budgets = List.of(budget(Per.DAY, 100));
    hold(turn, budgets, 50).settle(50);
    var underWay = hold(turn, budgets, 10);
    assertRefused(() -> hold(turn, budgets, 50), "or until your other calls have ended");
    assertRefused(() -> hold(turn, budgets, 51), "wait until 2026-11-22T00:00:00Z, or ask");

    underWay.settle(0);
    hold(turn, budgets, 50);
  }

  @Test
  void saysOfSeveralBudgetsThatDoNotFitWhichRenewsLast() {
    clock.advance(Duration.between(clock.instant(), Instant.parse("2026-02-28T12:00:00Z")));
    var turn = turn("a", false);
    var budgets = new ArrayList<Budget>();
    for (var per : List.of(Per.DAY, Per.WEEK, Per.MONTH, Per.TURN)) {
      budgets.add(budget(per, 10));
      hold(turn, List.of(budget(per, 10)), 10).settle(10);
    }
    assertRefused(() -> hold(turn, budgets, 1), "this week");
    assertRefused(() -> hold(turn, List.of(budget(Per.TURN, 10), budget(Per.DAY, 10)), 1), "day");
  }

  @Test
  void saysOfBudgetsThatAreTooSmallWhichIsTheSmallest() {
    var turn = turn("a", false);
    var budgets = List.of(budget(Per.DAY, 30), budget(Per.TURN, 20), budget(Per.WEEK, 40));
    assertRefused(() -> hold(turn, budgets, 50), "all of your budget of a turn");

    var nothing = List.of(budget(Per.DAY, 30), budget(Per.MONTH, 0));
    assertRefused(() -> hold(turn, nothing, 50), "budget of a month allows no model");
    assertRefused(() -> hold(turn, nothing, 0), "budget of a month allows no model");
  }

  /** An ambient turn does not end, so that a day of it counts as one. */
  @Test
  void countsADayOfAnAmbientTurnAsATurn() {
    var budgets = List.of(budget(Per.TURN, 10));
    hold(turn("a", true), budgets, 10);
    assertRefused(() -> hold(turn("a", true), budgets, 1), "this turn");
    hold(turn("b", true), budgets, 10);
    clock.advance(Duration.ofDays(1));
    hold(turn("a", true), budgets, 10);
  }

  @Test
  void forgetsTurnsThatAreLongOverAndNoOther() throws Exception {
    var budgets = List.of(budget(Per.TURN, 10), budget(Per.DAY, 10));
    var begun = turn("a", false);
    hold(begun, budgets, 3).settle(3);
    assertThat(spending.spent(begun, Per.TURN)).isEqualTo(3);
    clock.advance(Duration.ofDays(30));
    spending.sweep();
    assertThat(spending.spent(begun, Per.TURN)).isEqualTo(3);
    clock.advance(Duration.ofDays(1));
    spending.sweep();
    assertThat(spending.spent(begun, Per.TURN)).isZero();
    hold(begun, budgets, 10).settle(10); // and it may come back
    assertThat(spending.spent(begun, Per.TURN)).isEqualTo(10);
    clock.advance(Duration.ofDays(-31));
    assertThat(spending.spent(begun, Per.DAY)).isEqualTo(3);
  }

  @Test
  void letsGoOfAllThatACallHeldThatNeverEnded() throws Exception {
    var budgets = List.of(budget(Per.TURN, 10), budget(Per.DAY, 10), budget(Per.WEEK, 10));
    var turn = turn("a", false);
    hold(turn, budgets, 10);
    clock.advance(HOLD.plus(Lending.USABLE).plusMillis(1));
    var after = new Spending(database.dataSource(), Users.MANY, clock, HOLD); // as after a crash
    for (var per : List.of(Per.TURN, Per.DAY, Per.WEEK)) {
      assertThat(after.held(turn, per)).isZero();
    }
    after.hold(turn, budgets, 10).settle(10);
  }

  /** litellm #26672, #34732, #40095: 500 at once in two gateways, where only ten fit. */
  @Test
  void holdsForTenOfFiveHundredThatComeAtOnceInTwoGateways() throws Exception {
    var other = new Spending(database.dataSource(), Users.MANY, clock, HOLD);
    var budgets = List.of(budget(Per.TURN, 1_000), budget(Per.DAY, 70), budget(Per.MONTH, 71));
    var held = new AtomicInteger();
    var start = new CountDownLatch(1);
    var tasks = new ArrayList<Callable<Void>>();
    for (int i = 0; i < 500; i++) {
      var gateway = i % 2 == 0 ? spending : other;
      var turn = turn("abcdefghij".substring(i % 10, i % 10 + 1), false);
      tasks.add(() -> {
        start.await();
        try {
          var hold = gateway.hold(turn, budgets, 7);
          held.incrementAndGet();
          hold.settle(7);
        } catch (Refusal refusal) {
          assertThat(refusal.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
        }
        return null;
      });
    }
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = tasks.stream().map(pool::submit).toList();
      start.countDown();
      for (var result : results) {
        result.get();
      }
    }
    assertThat(held).hasValue(10);
    other.close(); // all that it spent is saved
    var turn = turn("a", false);
    assertThat(spending.spent(turn, Per.DAY)).isEqualTo(70);
    assertThat(spending.spent(turn, Per.MONTH)).isEqualTo(70);
    assertThat(spending.held(turn, Per.DAY)).isZero();
    assertThat(spending.held(turn, Per.MONTH)).isZero();
  }

  private Hold hold(Turn turn, List<Budget> budgets, long amount) {
    return spending.hold(turn, budgets, amount);
  }

  private static Budget budget(Per per, long limit) {
    return new Budget(per, limit, Mode.HARD);
  }

  private static Turn turn(String name, boolean ambient) {
    return new Turn(
        new TurnId("turn_" + name.repeat(26)), Owner.alone(AGENT), Instant.EPOCH, ambient);
  }

  private static void assertRefused(Callable<?> hold, String which) {
    assertThatThrownBy(hold::call)
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> {
              assertThat(e.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED);
              assertThat(e.advice()).contains(which);
            });
  }
}
