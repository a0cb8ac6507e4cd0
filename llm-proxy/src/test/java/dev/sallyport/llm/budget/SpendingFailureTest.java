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
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers see of the budget's store when it fails, or does not answer. */
@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class SpendingFailureTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/ci");
  private static final PrincipalId OTHER = new PrincipalId("spiffe://prod/agent/other");
  private static final Duration HOLD = Duration.ofMinutes(11);

  private final TestingClock clock = new TestingClock();
  private final TestingDatabase database = newDatabase();
  private final GatedDataSource gated = new GatedDataSource(database.dataSource());
  private final Spending spending = new Spending(gated.dataSource(), Users.MANY, clock, HOLD);

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @AfterEach
  void close() {
    gated.open();
    database.close();
  }

  @Test
  void leavesNobodyWaitingWhateverIsThrown() throws Exception {
    for (var thrown :
        List.of(new StackOverflowError("test"), new IllegalStateException(), new SQLException())) {
      gated.failsWith(thrown);
      assertUnavailable(() -> spending.hold(turn(AGENT), day(100), 10));
    }
    gated.failsWith(null);
    spending.hold(turn(AGENT), day(100), 100);
  }

  @Test
  void waitsForAStoreThatDoesNotAnswerOnlySoLong() throws Exception {
    var hasty = new Spending(gated.dataSource(), Users.MANY, clock, HOLD, Duration.ofSeconds(1));
    gated.shut();
    assertUnavailable(() -> hasty.hold(turn(AGENT), day(100), 60)); // its connection comes late
    assertUnavailable(() -> hasty.hold(turn(AGENT), day(100), 60)); // it has none yet
    gated.open();

    settled(hasty);
    assertThat(hasty.heldToday(AGENT)).isZero();
  }

  /** As with thousands of open streams, of which many have something to do. */
  @Test
  void holdsThoughEveryVirtualThreadMustWaitForAnother() throws Exception {
    int carriers =
        Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    var busy = new CountDownLatch(carriers);
    var done = new AtomicBoolean();
    try {
      for (int i = 0; i < carriers; i++) {
        Thread.startVirtualThread(() -> {
          busy.countDown();
          while (!done.get()) {
            Thread.onSpinWait(); // never makes room for another
          }
        });
      }
      busy.await();
      assertThat(spending.hold(turn(AGENT), day(100), 60).amount()).isEqualTo(60);
    } finally {
      done.set(true);
    }
  }

  @Test
  void failsOnlyTheOneThatIsWrongOfThoseThatShareATransaction() throws Exception {
    database.execute("ALTER TABLE llm_budget ADD CHECK (principal <> 'spiffe://wrong')");
    gated.shut();
    var first = started(() -> spending.hold(turn(AGENT), day(1_000), 1));
    gated.awaitReached();
    var tasks = new ArrayList<Task>();
    for (int i = 0; i < 8; i++) {
      tasks.add(started(() -> spending.hold(turn(AGENT), day(1_000), 1)));
    }
    var wrong =
        started(() -> spending.hold(turn(new PrincipalId("spiffe://wrong")), day(1_000), 1));
    tasks.forEach(Task::awaitWaiting);
    wrong.awaitWaiting();
    gated.open();

    first.result().get();
    for (var task : tasks) {
      task.result().get();
    }
    assertThatThrownBy(wrong.result()::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(Refusal.class);
    assertThat(spending.heldToday(AGENT)).isEqualTo(9);
  }

  @Test
  void forgetsNothingThatCannotBeSaved() throws Exception {
    var hold = spending.hold(turn(AGENT), day(100), 60);
    gated.failsWith(new SQLException("gone"));
    hold.settle(40);
    spending.sweep();
    assertUnavailable(() -> spending.hold(turn(OTHER), day(100), 1));
    assertThatThrownBy(() -> spending.spentToday(AGENT)).isInstanceOf(SQLException.class);
    gated.failsWith(null);

    assertThat(spending.spentToday(AGENT)).isEqualTo(40);
    assertThat(spending.heldToday(AGENT)).isZero();
    assertThat(spending.spentToday(AGENT)).isEqualTo(40);
  }

  /** The commit was made or not, and the connection lost before that was said. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void spendsOnceWhateverBecameOfACommitThatNobodyAnswered(boolean made) throws Exception {
    var hold = spending.hold(turn(AGENT), day(100), 60);
    var other = spending.hold(turn(AGENT), day(100), 10);
    gated.losesCommits(made);
    hold.settle(40);
    assertThatThrownBy(() -> spending.spentToday(AGENT)).isInstanceOf(SQLException.class);
    gated.keepsCommits();

    assertThat(spending.spentToday(AGENT)).isEqualTo(40);
    assertThat(spending.heldToday(AGENT)).isEqualTo(10);
    gated.losesCommits(made);
    other.settle(3);
    assertThatThrownBy(() -> spending.spentToday(AGENT)).isInstanceOf(SQLException.class);
    gated.keepsCommits();
    assertThat(spending.spentToday(AGENT)).isEqualTo(43);
    assertThat(spending.heldToday(AGENT)).isZero();
  }

  /** What is lent goes on being used, but not for longer than it is known to be lent. */
  @Test
  void usesWhatItHasWhileTheStoreIsGoneButNotForLong() throws Exception {
    spending.hold(turn(AGENT), day(10_000), 100).settle(1);
    spending.sweep();
    var first = spending.hold(turn(AGENT), day(10_000), 100);
    gated.failsWith(new SQLException("gone"));
    first.settle(1);
    spending.hold(turn(AGENT), day(10_000), 99).settle(1);
    clock.advance(Lending.USABLE);
    spending.hold(turn(AGENT), day(10_000), 98).settle(1);
    clock.advance(Duration.ofNanos(1));
    assertUnavailable(() -> spending.hold(turn(AGENT), day(10_000), 1));
    gated.failsWith(null);
    assertThat(spending.spentToday(AGENT)).isEqualTo(4);
  }

  @Test
  void beginsADayOfSeveralPrincipalsInTwoGatewaysAtOnce() throws Exception {
    var other = new Spending(database.dataSource(), Users.MANY, clock, HOLD);
    int principals = 24;
    var start = new CountDownLatch(1);
    var tasks = new ArrayList<Callable<Hold>>();
    for (int i = 0; i < 2 * principals; i++) {
      var gateway = i % 2 == 0 ? spending : other;
      var principal = new PrincipalId("spiffe://prod/agent/" + i / 2);
      tasks.add(() -> {
        start.await();
        return gateway.hold(turn(principal), day(100), 50);
      });
    }
    try (var pool = Executors.newFixedThreadPool(tasks.size())) {
      var results = tasks.stream().map(pool::submit).toList();
      start.countDown();
      for (var result : results) {
        result.get();
      }
    }
    for (int i = 0; i < principals; i++) {
      assertThat(spending.heldToday(new PrincipalId("spiffe://prod/agent/" + i))).isEqualTo(100);
    }
  }

  /** Sweeps, and returns once what that wanted is made. */
  private void settled(Spending swept) {
    swept.sweep();
    while (true) {
      try {
        swept.hold(turn(OTHER), day(Long.MAX_VALUE), 0);
        return;
      } catch (Refusal refusal) {
        assertThat(refusal.code()).isEqualTo(RefusalCode.UNAVAILABLE); // a hasty one
      }
    }
  }

  private record Task(Thread thread, FutureTask<Hold> result) {
    /** Until it waits for its change. */
    void awaitWaiting() {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
  }

  private static Task started(Callable<Hold> call) {
    var result = new FutureTask<>(call);
    return new Task(Thread.ofPlatform().daemon().start(result), result);
  }

  private static Turn turn(PrincipalId owner) {
    return new Turn(new TurnId("turn_" + "a".repeat(26)), owner, Instant.EPOCH);
  }

  private static List<Budget> day(long limit) {
    return List.of(new Budget(Per.DAY, limit, Mode.HARD));
  }

  private static void assertUnavailable(Callable<?> hold) {
    assertThatThrownBy(hold::call)
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo(RefusalCode.UNAVAILABLE));
  }
}
