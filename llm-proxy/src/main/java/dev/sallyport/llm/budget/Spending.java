package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.llm.budget.Change.Holding;
import dev.sallyport.llm.budget.Change.Settling;
import dev.sallyport.llm.budget.ChangeGroup.Budget;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * What model calls cost each principal in each UTC day, in micro-dollars.
 *
 * <p>An amount is held by one conditional update before a call and settled after it, so that what
 * is spent and held together never passes the limit when a call begins, however many begin at once.
 * A hold that its call never settled, as after a crash, is let go when it expires. Callers at the
 * same time share one transaction, and each returns once that is committed. Thread-safe.
 */
public final class Spending {
  private static final Logger LOG = System.getLogger(Spending.class.getName());
  private static final int MAX_GROUP = 1_024;
  private static final int MAX_BEGUN = 10_000;

  private final DataSource dataSource;
  private final InstantSource clock;
  private final Duration holdFor;
  private final ConcurrentLinkedQueue<Change> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean busy = new AtomicBoolean();

  /** The budgets that have their row. Used by the one thread that makes changes. */
  private final Set<Budget> begun = new HashSet<>();

  /**
   * Brings the tables up to date and lets go of holds that expired.
   *
   * @param holdFor longer than any call takes
   */
  public Spending(DataSource dataSource, InstantSource clock, Duration holdFor) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.holdFor = holdFor;
    Migrations.run(dataSource, "llm");
    sweep();
  }

  /**
   * Holds an amount for one call.
   *
   * @param limit the most that the principal may spend in a UTC day
   * @throws Refusal with BUDGET_EXHAUSTED if it does not fit under the limit, and with UNAVAILABLE
   *     if that cannot be told
   */
  public Hold hold(CallId callId, PrincipalId principal, long limit, long amount) {
    if (limit == 0 || amount > limit) {
      throw new Refusal(RefusalCode.BUDGET_EXHAUSTED);
    }
    var now = clock.instant();
    var hold = new Hold(this, callId, principal, LocalDate.ofInstant(now, ZoneOffset.UTC), amount);
    try {
      if (!make(new Holding(hold, limit, now.plus(holdFor), new CompletableFuture<>()))) {
        throw new Refusal(RefusalCode.BUDGET_EXHAUSTED);
      }
      return hold;
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "no budget can be held: {0}", e.toString());
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  /** Puts what was spent in the place of what was held, even if that was let go in between. */
  void settle(Hold hold, long spent) throws SQLException {
    make(new Settling(hold, spent, new CompletableFuture<>()));
  }

  /** What the principal has spent today, without what is held. */
  public long spentToday(PrincipalId principal) throws SQLException {
    return sum("spent", principal);
  }

  /** What is held of the principal's budget of today. */
  public long heldToday(PrincipalId principal) throws SQLException {
    return sum("reserved", principal);
  }

  /** Lets go of every hold that expired. To be called now and then. */
  public void sweep() {
    try (var connection = dataSource.getConnection();
        var expired =
            connection.prepareStatement(
                "SELECT call_id, principal, spend_day, amount FROM llm_reservation"
                    + " WHERE expires_at < ?")) {
      expired.setObject(1, clock.instant().atOffset(ZoneOffset.UTC));
      try (var rows = expired.executeQuery()) {
        while (rows.next()) {
          var day = rows.getObject(3, LocalDate.class);
          letGo(rows.getString(1), new Budget(rows.getString(2), day), rows.getLong(4));
        }
      }
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "holds on budgets that expired cannot be let go: {0}", e.toString());
    }
  }

  private void letGo(String callId, Budget budget, long amount) throws SQLException {
    try (var connection = dataSource.getConnection()) {
      ChangeGroup.letGo(connection, callId, budget, amount);
    }
  }

  private long sum(String column, PrincipalId principal) throws SQLException {
    try (var connection = dataSource.getConnection();
        var query =
            connection.prepareStatement(
                "SELECT " + column + " FROM llm_spend WHERE principal = ? AND spend_day = ?")) {
      query.setString(1, principal.value());
      query.setObject(2, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
      try (var rows = query.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  /** Makes a change together with those that others want meanwhile; returns once it is made. */
  private boolean make(Change change) throws SQLException {
    waiting.add(change);
    if (busy.compareAndSet(false, true)) {
      Thread.ofVirtual().name("budget").start(this::makeAll);
    }
    try {
      return change.done().join();
    } catch (CompletionException e) {
      throw new SQLException("the change was not made", e.getCause());
    }
  }

  private void makeAll() {
    do {
      try {
        for (var group = next(); !group.isEmpty(); group = next()) {
          make(group);
        }
      } finally {
        busy.set(false);
      }
    } while (!waiting.isEmpty() && busy.compareAndSet(false, true));
  }

  private List<Change> next() {
    var group = new ArrayList<Change>();
    while (group.size() < MAX_GROUP) {
      var change = waiting.poll();
      if (change == null) {
        break;
      }
      group.add(change);
    }
    return group;
  }

  private void make(List<Change> group) {
    try (var connection = dataSource.getConnection()) {
      if (begun.size() > MAX_BEGUN) {
        begun.clear();
      }
      var held = ChangeGroup.make(connection, group, begun);
      group.forEach(change ->
          change.done().complete(!(change instanceof Holding holding) || held.contains(holding)));
    } catch (SQLException | RuntimeException e) {
      group.forEach(change -> change.done().completeExceptionally(e));
    }
  }
}
