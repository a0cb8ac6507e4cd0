package dev.sallyport.llm.budget;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Migrations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/**
 * What model calls cost each principal in each UTC day, in micro-dollars.
 *
 * <p>An amount is held by one conditional update before a call and settled after it, so that what
 * is spent and held together never passes the limit when a call begins, however many begin at once.
 * A hold that its call never settled, as after a crash, is let go when it expires. Thread-safe.
 */
public final class Spending {
  private static final Logger LOG = System.getLogger(Spending.class.getName());
  private static final String DUPLICATE_KEY = "23505";

  private final DataSource dataSource;
  private final InstantSource clock;
  private final Duration holdFor;

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
    try (var connection = dataSource.getConnection()) {
      if (!tryHold(connection, hold, limit, now)) {
        ensureDay(connection, hold);
        if (!tryHold(connection, hold, limit, now)) {
          throw new Refusal(RefusalCode.BUDGET_EXHAUSTED);
        }
      }
      return hold;
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "no budget can be held: {0}", e.toString());
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
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
          settle(rows.getString(1), rows.getString(2), day, rows.getLong(4), 0, false);
        }
      }
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "holds on budgets that expired cannot be let go: {0}", e.toString());
    }
  }

  /**
   * Puts what was spent in the place of what was held.
   *
   * @param swept whether to add what was spent even if the hold was let go in between
   */
  void settle(
      String callId, String principal, LocalDate day, long amount, long spent, boolean swept)
      throws SQLException {
    try (var connection = dataSource.getConnection()) {
      transaction(
          connection,
          () -> {
            boolean held = delete(connection, callId);
            if (held || swept) {
              update(connection, principal, day, held ? amount : 0, spent);
            }
            return true;
          });
    }
  }

  private boolean tryHold(Connection connection, Hold hold, long limit, Instant now)
      throws SQLException {
    return transaction(
        connection,
        () -> {
          if (!reserve(connection, hold, limit)) {
            return false;
          }
          insertHold(connection, hold, now.plus(holdFor));
          return true;
        });
  }

  private static boolean reserve(Connection connection, Hold hold, long limit) throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE llm_spend SET reserved = reserved + ?"
                + " WHERE principal = ? AND spend_day = ? AND spent + reserved <= ?")) {
      update.setLong(1, hold.amount());
      update.setString(2, hold.principal().value());
      update.setObject(3, hold.day());
      update.setLong(4, limit - hold.amount());
      return update.executeUpdate() == 1;
    }
  }

  private static void insertHold(Connection connection, Hold hold, Instant expiresAt)
      throws SQLException {
    try (var insert =
        connection.prepareStatement("INSERT INTO llm_reservation VALUES (?, ?, ?, ?, ?)")) {
      insert.setString(1, hold.callId().value());
      insert.setString(2, hold.principal().value());
      insert.setObject(3, hold.day());
      insert.setLong(4, hold.amount());
      insert.setObject(5, expiresAt.atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
    }
  }

  private static void ensureDay(Connection connection, Hold hold) throws SQLException {
    try (var insert = connection.prepareStatement("INSERT INTO llm_spend VALUES (?, ?, 0, 0)")) {
      insert.setString(1, hold.principal().value());
      insert.setObject(2, hold.day());
      insert.executeUpdate();
    } catch (SQLException e) {
      if (!DUPLICATE_KEY.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static boolean delete(Connection connection, String callId) throws SQLException {
    try (var delete =
        connection.prepareStatement("DELETE FROM llm_reservation WHERE call_id = ?")) {
      delete.setString(1, callId);
      return delete.executeUpdate() == 1;
    }
  }

  private static void update(
      Connection connection, String principal, LocalDate day, long held, long spent)
      throws SQLException {
    try (var update =
        connection.prepareStatement(
            "UPDATE llm_spend SET reserved = reserved - ?, spent = spent + ?"
                + " WHERE principal = ? AND spend_day = ?")) {
      update.setLong(1, held);
      update.setLong(2, spent);
      update.setString(3, principal);
      update.setObject(4, day);
      update.executeUpdate();
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

  /** All of the work or none of it. */
  private static boolean transaction(Connection connection, Work work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      boolean done = work.run();
      if (done) {
        connection.commit();
      } else {
        connection.rollback();
      }
      return done;
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  @FunctionalInterface
  private interface Work {
    boolean run() throws SQLException;
  }
}
