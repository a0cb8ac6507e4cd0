package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.llm.budget.Change.Holding;
import dev.sallyport.llm.budget.Change.Settling;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * What model calls cost each principal in each turn and each UTC day, week and month that it has a
 * budget of, in micro-dollars.
 *
 * <p>An amount is held of all budgets of a call in one step before it, and settled after it, so
 * that what is spent and held together never passes a limit when a call begins, however many begin
 * at once. A hold that its call never settled, as after a crash, is let go when it expires. Callers
 * at the same time share one transaction, and each returns once that is committed. Where it fails,
 * each change is made by itself. A settlement that fails is tried again later. Thread-safe.
 */
public final class Spending {
  private static final Logger LOG = System.getLogger(Spending.class.getName());
  private static final int MAX_GROUP = 1_024;
  private static final int MAX_BEGUN = 10_000;
  private static final int MAX_UNSETTLED = 10_000;

  /** Longer than any turn stays unused that goes on. */
  private static final Duration TURN_KEPT = Duration.ofDays(30);

  /** Longer than the database needs; callers are told then that it cannot be told. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration WRITER_KEPT = Duration.ofMinutes(1);

  private final DataSource dataSource;
  private final InstantSource clock;
  private final Duration holdFor;
  private final Patience patience;
  private final ConcurrentLinkedQueue<Change> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Executor writer = writer();

  /** Settlements that failed. They are made again with the next sweep. */
  private final BlockingQueue<Settling> unsettled = new LinkedBlockingQueue<>(MAX_UNSETTLED);

  /** The accounts that have their row. */
  private final Set<Account> begun = ConcurrentHashMap.newKeySet();

  /**
   * Brings the tables up to date and lets go of holds that expired.
   *
   * @param holdFor longer than any call takes
   */
  public Spending(DataSource dataSource, InstantSource clock, Duration holdFor) {
    this(dataSource, clock, holdFor, PATIENCE);
  }

  Spending(DataSource dataSource, InstantSource clock, Duration holdFor, Duration patience) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.holdFor = holdFor;
    this.patience = new Patience(patience);
    Migrations.run(dataSource, "llm");
    sweep();
  }

  /**
   * One thread of the platform's own: every call waits for it, and a virtual one would wait for its
   * turn among all the threads of all open streams, at each step of each transaction.
   */
  private static Executor writer() {
    var writer =
        new ThreadPoolExecutor(
            1,
            1,
            WRITER_KEPT.toNanos(),
            TimeUnit.NANOSECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("budget").factory());
    writer.allowCoreThreadTimeOut(true);
    return writer;
  }

  /**
   * Holds an amount for one call.
   *
   * @param turn in which the call is made, and whose owner pays
   * @param budgets of which it is held; at least one
   * @param amount micro-dollars
   * @throws Refusal with BUDGET_EXHAUSTED if it does not fit in one of them, and with UNAVAILABLE
   *     if that cannot be told
   */
  public Hold hold(CallId callId, Turn turn, List<Budget> budgets, long amount) {
    var now = clock.instant();
    var claims = new ArrayList<Claim>();
    for (var budget : budgets) {
      if (budget.microUsd() == 0 || amount > budget.microUsd()) {
        throw exhausted(budget);
      }
      claims.add(new Claim(Account.of(turn, budget.per(), now), budget));
    }
    var hold = new Hold(this, callId, claims, amount, now.plus(holdFor));
    try {
      var unfit = make(new Holding(hold, new CompletableFuture<>()));
      if (unfit.isPresent()) {
        throw exhausted(unfit.get());
      }
      return hold;
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "no budget can be held: {0}", e.toString());
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  private static Refusal exhausted(Budget budget) {
    return switch (budget.per()) {
      case DAY -> new Refusal(RefusalCode.BUDGET_EXHAUSTED);
      case TURN ->
          new Refusal(
              RefusalCode.BUDGET_EXHAUSTED,
              "The budget of this turn is spent. Ask for a higher budget.");
      case WEEK ->
          new Refusal(
              RefusalCode.BUDGET_EXHAUSTED,
              "The budget of this week is spent. Wait for the next Monday, UTC, or ask for a"
                  + " higher budget.");
      case MONTH ->
          new Refusal(
              RefusalCode.BUDGET_EXHAUSTED,
              "The budget of this month is spent. Wait for the next month, UTC, or ask for a"
                  + " higher budget.");
    };
  }

  /** Puts what was spent in the place of what was held, even if that was let go in between. */
  void settle(Hold hold, long spent) throws SQLException {
    make(new Settling(hold, spent, false, new CompletableFuture<>()));
  }

  /** What the principal has spent today, if it has a budget of days, without what is held. */
  public long spentToday(PrincipalId principal) throws SQLException {
    return sum("spent", Account.of(principal, Per.DAY, clock.instant()));
  }

  /** What is held of the principal's budget of today. */
  public long heldToday(PrincipalId principal) throws SQLException {
    return sum("reserved", Account.of(principal, Per.DAY, clock.instant()));
  }

  /** What was spent on a budget, without what is held. */
  public long spent(Turn turn, Per per) throws SQLException {
    return sum("spent", Account.of(turn, per, clock.instant()));
  }

  /** What is held of a budget. */
  public long held(Turn turn, Per per) throws SQLException {
    return sum("reserved", Account.of(turn, per, clock.instant()));
  }

  /**
   * Makes the settlements that failed once more, lets go of every hold that expired, and forgets
   * turns that were not used for long. To be called now and then.
   */
  public void sweep() {
    var again = new ArrayList<Settling>();
    unsettled.drainTo(again);
    if (!again.isEmpty()) {
      waiting.addAll(again);
      wake();
    }
    letGoOfExpired();
    forgetTurns();
  }

  private void letGoOfExpired() {
    try (var connection = dataSource.getConnection();
        var expired =
            connection.prepareStatement(
                "SELECT call_id, principal, period, amount FROM llm_hold WHERE expires_at < ?")) {
      expired.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
      try (var rows = expired.executeQuery()) {
        while (rows.next()) {
          letGo(
              rows.getString(1),
              new Account(rows.getString(2), rows.getString(3)),
              rows.getLong(4));
        }
      }
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "holds on budgets that expired cannot be let go: {0}", e.toString());
    }
  }

  private void letGo(String callId, Account account, long amount) throws SQLException {
    try (var connection = dataSource.getConnection()) {
      ChangeGroup.letGo(connection, callId, account, amount, clock.instant());
    }
  }

  private void forgetTurns() {
    try (var connection = dataSource.getConnection();
        var delete =
            connection.prepareStatement(
                "DELETE FROM llm_budget"
                    + " WHERE used_on < ? AND reserved = 0 AND period LIKE 'turn %'")) {
      delete.setObject(1, LocalDate.ofInstant(clock.instant().minus(TURN_KEPT), ZoneOffset.UTC));
      delete.executeUpdate();
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "old turns cannot be forgotten: {0}", e.toString());
    }
  }

  private long sum(String column, Account account) throws SQLException {
    try (var connection = dataSource.getConnection();
        var query =
            connection.prepareStatement(
                "SELECT " + column + " FROM llm_budget WHERE principal = ? AND period = ?")) {
      query.setString(1, account.principal());
      query.setString(2, account.period());
      try (var rows = query.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  /** Makes a change together with those that others want meanwhile; returns once it is made. */
  private Optional<Budget> make(Change change) throws SQLException {
    waiting.add(change);
    wake();
    try {
      return patience.await(change.done());
    } catch (ExecutionException e) {
      throw new SQLException("the change was not made", e.getCause());
    } catch (TimeoutException e) {
      abandon(change);
      throw new SQLException("the change is not made yet", e);
    } catch (InterruptedException e) {
      abandon(change);
      Thread.currentThread().interrupt();
      throw new SQLException("nobody waits for the change any more", e);
    }
  }

  /** A settlement is made all the same; a hold is not made any more, or let go. */
  private static void abandon(Change change) {
    if (change instanceof Holding) {
      change.done().cancel(false);
    }
  }

  private void wake() {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    boolean started = false;
    try {
      writer.execute(this::makeAll);
      started = true;
    } finally {
      if (!started) {
        busy.set(false);
      }
    }
  }

  private void makeAll() {
    try {
      for (var group = next(); !group.isEmpty(); group = next()) {
        make(group);
      }
    } finally {
      busy.set(false);
      if (!waiting.isEmpty()) {
        wake();
      }
    }
  }

  private List<Change> next() {
    var group = new ArrayList<Change>();
    while (group.size() < MAX_GROUP) {
      var change = waiting.poll();
      if (change == null) {
        break;
      }
      if (!change.done().isCancelled()) {
        group.add(change);
      }
    }
    return group;
  }

  private void make(List<Change> group) {
    try (var connection = dataSource.getConnection()) {
      if (begun.size() > MAX_BEGUN) {
        begun.clear();
      }
      try {
        make(connection, group);
      } catch (SQLException | RuntimeException e) {
        if (group.size() == 1) {
          throw e;
        }
        makeEach(connection, group);
      }
    } catch (SQLException | RuntimeException e) {
      group.forEach(change -> fail(change, e));
    } catch (Error e) {
      group.forEach(change -> fail(change, e));
      throw e;
    }
  }

  /** Each by itself, so that what is wrong with one is not held against the others. */
  private void makeEach(Connection connection, List<Change> group) throws SQLException {
    long begin = System.nanoTime();
    for (var change : group) {
      if (connection.isClosed() || System.nanoTime() - begin > patience.nanos()) {
        throw new SQLException("the database does not answer");
      }
      if (change.done().isCancelled()) {
        continue;
      }
      try {
        make(connection, List.of(change));
      } catch (SQLException | RuntimeException e) {
        fail(change, e);
      }
    }
  }

  private void make(Connection connection, List<Change> group) throws SQLException {
    var unfit = ChangeGroup.make(connection, group, begun, clock.instant());
    for (var change : group) {
      var missed =
          change instanceof Holding holding
              ? Optional.ofNullable(unfit.get(holding))
              : Optional.<Budget>empty();
      if (!change.done().complete(missed)
          && missed.isEmpty()
          && change instanceof Holding(Hold late, _)) {
        waiting.add(new Settling(late, 0, false, new CompletableFuture<>())); // nobody waits for it
      }
    }
  }

  /** Says so to the caller, once; a settlement is kept before. */
  private void fail(Change change, Throwable why) {
    if (change.done().isDone()) {
      return;
    }
    if (change instanceof Settling(Hold hold, long spent, _, _)
        && !unsettled.offer(new Settling(hold, spent, true, new CompletableFuture<>()))) {
      LOG.log(
          Level.ERROR,
          "call {0} is never settled: too many wait for the database",
          hold.callId().value());
    }
    change.done().completeExceptionally(why);
  }
}
