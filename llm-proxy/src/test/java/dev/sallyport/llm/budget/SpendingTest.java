package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class SpendingTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/ci");
  private static final PrincipalId OTHER = new PrincipalId("spiffe://prod/agent/other");
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
  void holdsUpToTheLimitAndNotOneMicroDollarMore() throws Exception {
    var first = spending.hold(turn(AGENT), day(100), 60);
    spending.hold(turn(AGENT), day(100), 40);
    assertRefused(() -> spending.hold(turn(AGENT), day(100), 1));

    first.settle(59);
    spending.hold(turn(AGENT), day(100), 1);
    assertRefused(() -> spending.hold(turn(AGENT), day(100), 1));
    assertThat(spending.spentToday(AGENT)).isEqualTo(59);
    assertThat(spending.heldToday(AGENT)).isEqualTo(41);
  }

  @Test
  void allowsNothingOnABudgetOfNothing() {
    assertRefused(() -> spending.hold(turn(AGENT), day(0), 0));
    assertRefused(() -> spending.hold(turn(AGENT), day(10), 11));
  }

  @Test
  void countsEachPrincipalAndEachDayByItself() throws Exception {
    spending.hold(turn(AGENT), day(10), 10).settle(10);
    assertRefused(() -> spending.hold(turn(AGENT), day(10), 10));
    spending.hold(turn(OTHER), day(10), 10);

    clock.advance(Duration.ofHours(12)); // from noon to midnight UTC
    assertThat(spending.spentToday(AGENT)).isZero();
    spending.hold(turn(AGENT), day(10), 10);
  }

  @Test
  void settlesOnTheDayOnWhichItHeld() throws Exception {
    var hold = spending.hold(turn(AGENT), day(10), 10);
    clock.advance(Duration.ofHours(12));
    hold.settle(7);

    assertThat(spending.spentToday(AGENT)).isZero();
    clock.advance(Duration.ofHours(-12));
    assertThat(spending.spentToday(AGENT)).isEqualTo(7);
    assertThat(spending.heldToday(AGENT)).isZero();
  }

  @Test
  void letsGoOfAHoldThatWasNeverSettledOnceItExpires() throws Exception {
    var hold = spending.hold(turn(AGENT), day(10), 10);
    clock.advance(HOLD);
    spending.sweep();
    assertThat(spending.heldToday(AGENT)).isEqualTo(10);
    clock.advance(Duration.ofMillis(1));
    assertThat(spending.heldToday(AGENT)).isZero();

    hold.settle(4); // and one that comes late still counts, once
    assertThat(spending.spentToday(AGENT)).isEqualTo(4);
    assertThat(spending.heldToday(AGENT)).isZero();
  }

  /** As after a crash of one of several gateways. */
  @Test
  void letsGoOfWhatAGatewayHeldThatEndedOnceThatExpires() throws Exception {
    var late = spending.hold(turn(AGENT), day(10), 10);
    clock.advance(HOLD.plus(Lending.USABLE));
    var other = new Spending(database.dataSource(), Users.MANY, clock, HOLD);
    assertRefused(() -> other.hold(turn(AGENT), day(10), 1));

    clock.advance(Duration.ofMillis(1));
    other.sweep();
    other.hold(turn(AGENT), day(10), 10).settle(10);
    late.settle(4);
    assertThat(other.heldToday(AGENT)).isZero();
    assertThat(spending.spentToday(AGENT)).isEqualTo(14);
  }

  @Test
  void letsGoAtOnceOfWhatWasHeldByAGatewayThatIsAlone() throws Exception {
    spending.hold(turn(AGENT), day(10), 4).settle(4);
    spending.close();
    spending.hold(turn(AGENT), day(10), 6);
    var next = new Spending(database.dataSource(), Users.THIS_ONE, clock, HOLD);
    next.hold(turn(AGENT), day(10), 6).settle(6);
    assertThat(next.spentToday(AGENT)).isEqualTo(10);
    assertThat(next.heldToday(AGENT)).isZero();
  }

  @Test
  void leavesToOthersAllButASixtyFourth() throws Exception {
    spending.hold(turn(AGENT), day(6_400), 10).settle(10);
    spending.hold(turn(AGENT), day(6_400), 10).settle(10);
    spending.hold(turn(AGENT), day(6_400), 10).settle(10);
    var other = new Spending(database.dataSource(), Users.MANY, clock, HOLD);
    assertRefused(() -> other.hold(turn(AGENT), day(6_400), 6_400 - 30 + 1));
    other.hold(turn(AGENT), day(6_400), 6_400 - 30 - 100).settle(0);

    spending.close();
    other.hold(turn(AGENT), day(6_400), 6_400 - 30);
  }

  /** A smaller budget of another rule goes on the same account. */
  @Test
  void holdsOfASmallerBudgetOnlyWhatFitsInIt() throws Exception {
    for (int i = 0; i < 8; i++) {
      spending.hold(turn(AGENT), day(1_000_000), 10).settle(10);
    }
    assertRefused(() -> spending.hold(turn(AGENT), day(80), 1));
    spending.hold(turn(AGENT), day(81), 1).settle(1);
    assertRefused(() -> spending.hold(turn(AGENT), day(81), 1));
    spending.hold(turn(AGENT), day(1_000_000), 10).settle(10);
    assertThat(spending.spentToday(AGENT)).isEqualTo(91);
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
            var hold = spending.hold(turn(AGENT), day(limit), 7);
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
    assertThatThrownBy(() -> spending.hold(turn(AGENT), day(10), 1))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.UNAVAILABLE));
  }

  private static Turn turn(PrincipalId owner) {
    return new Turn(new TurnId("turn_" + "a".repeat(26)), owner, Instant.EPOCH);
  }

  private static List<Budget> day(long limit) {
    return List.of(new Budget(Per.DAY, limit, Mode.HARD));
  }

  private static void assertRefused(Callable<?> hold) {
    assertThatThrownBy(hold::call)
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.BUDGET_EXHAUSTED));
  }
}
