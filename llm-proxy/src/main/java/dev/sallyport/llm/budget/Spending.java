package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Budget;
import dev.sallyport.identity.action.Budget.Per;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.store.Transaction;
import dev.sallyport.identity.turn.Turn;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;

/**
 * What model calls cost each principal in each turn and each UTC day, week and month that it has a
 * budget of, in micro-dollars.
 *
 * <p>An amount is held of all budgets of a call in one step before it, and settled after it, so
 * that what is spent and held together never passes a limit when a call begins, however many begin
 * at once, and in however many gateways on one database. A gateway takes {@link Shares} of budgets,
 * of which it holds by itself. What a gateway had that died is let go when it expires, or at once
 * where the database is that of one gateway alone. Thread-safe.
 */
public final class Spending implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Spending.class.getName());

  /** Longer than any turn stays unused that goes on. */
  private static final Duration TURN_KEPT = Duration.ofDays(30);

  /** Longer than the database needs; callers are told then that it cannot be told. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Later than any share expires. */
  private static final Instant ANY_TIME = Instant.parse("9999-12-31T00:00:00Z");

  private final DataSource dataSource;
  private final InstantSource clock;
  private final Duration holdFor;
  private final Shares shares;

  /** Which gateways use a database. */
  public enum Users {
    /** This one alone: shares of others are of processes that ended. */
    THIS_ONE,
    MANY
  }

  /**
   * Brings the tables up to date and lets go of what expired.
   *
   * @param holdFor longer than any call takes
   */
  public Spending(DataSource dataSource, Users users, InstantSource clock, Duration holdFor) {
    this(dataSource, users, clock, holdFor, PATIENCE);
  }

  Spending(
      DataSource dataSource,
      Users users,
      InstantSource clock,
      Duration holdFor,
      Duration patience) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.holdFor = holdFor;
    this.shares = new Shares(dataSource, clock, holdFor, patience);
    Migrations.run(dataSource, "llm");
    letGoOfExpired(users == Users.THIS_ONE ? ANY_TIME : clock.instant());
    forgetTurns();
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
  public Hold hold(Turn turn, List<Budget> budgets, long amount) {
    var now = clock.instant();
    var claims = new ArrayList<Claim>();
    for (var budget : budgets) {
      claims.add(new Claim(Account.of(turn, budget.per(), now), budget));
    }
    var smallest = Collections.min(budgets, Comparator.comparingLong(Budget::microUsd));
    if (smallest.microUsd() == 0 || amount > smallest.microUsd()) {
      throw BudgetAdvice.never(smallest);
    }
    var hold = new Hold(shares, claims, amount, now.plus(holdFor));
    try {
      var unfit = shares.hold(hold);
      if (!unfit.isEmpty()) {
        throw BudgetAdvice.now(unfit, turn, now);
      }
      return hold;
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "no budget can be held: {0}", e.toString());
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
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
   * Lets go of what calls hold that never ended, saves what was spent, gives back what is free,
   * lets go of the shares of gateways that ended, and forgets turns that were not used for long. To
   * be called now and then.
   */
  public void sweep() {
    try {
      shares.settleUp();
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "what was spent is not saved yet: {0}", e.toString());
    }
    letGoOfExpired(clock.instant());
    forgetTurns();
  }

  /** Saves what was spent, and gives back what is free. */
  @Override
  public void close() throws SQLException {
    shares.settleUp();
  }

  private void letGoOfExpired(Instant now) {
    try (var connection = dataSource.getConnection();
        var expired =
            connection.prepareStatement(
                "SELECT principal, period, gateway FROM llm_share WHERE expires_at < ?")) {
      expired.setObject(1, now.atOffset(ZoneOffset.UTC));
      try (var rows = expired.executeQuery()) {
        while (rows.next()) {
          letGo(new Account(rows.getString(1), rows.getString(2)), rows.getString(3), now);
        }
      }
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "shares of budgets that expired cannot be let go: {0}", e.toString());
    }
  }

  private void letGo(Account account, String gateway, Instant now) throws SQLException {
    try (var connection = dataSource.getConnection()) {
      var _ = Transaction.in(connection, () -> Lending.letGo(connection, account, gateway, now));
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
    shares.settleUp();
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
}
