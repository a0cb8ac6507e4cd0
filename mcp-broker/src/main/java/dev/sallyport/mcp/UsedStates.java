package dev.sallyport.mcp;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Durability;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;

/**
 * The states that were gone on with by any process on the same database, in the table {@code
 * mcp_used_state}. Thread-safe.
 */
public final class UsedStates {
  private static final Logger LOG = System.getLogger(UsedStates.class.getName());
  private static final String UNIQUE_VIOLATION = "23505";

  /** How far the clocks of processes may be apart. */
  private static final Duration SLACK = Duration.ofMinutes(5);

  private static final Duration SWEEP = Duration.ofSeconds(30);

  private final DataSource dataSource;
  private final InstantSource clock;
  private final AtomicReference<Instant> swept = new AtomicReference<>(Instant.MIN);

  /** States in a database whose migrations have run. */
  public UsedStates(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  /**
   * Uses a state up; that is on the disk by then.
   *
   * @param digest of what was sealed, 64 characters
   * @param until when the state is taken at most
   * @return false if it was used before
   * @throws Refusal with UNAVAILABLE if that cannot be told
   */
  boolean use(String digest, Instant until) {
    try (var connection = dataSource.getConnection()) {
      sweep(connection);
      return insert(connection, digest, until);
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "it cannot be told whether a state was used before", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }

  private static boolean insert(Connection connection, String digest, Instant until)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO mcp_used_state (digest, expires_at) VALUES (?, ?)")) {
      insert.setString(1, digest);
      insert.setTimestamp(2, Timestamp.from(until));
      insert.executeUpdate();
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
    Durability.sync(connection);
    return true;
  }

  /** Forgets what is over by any clock, once in a while. */
  private void sweep(Connection connection) throws SQLException {
    var now = clock.instant();
    var last = swept.get();
    if (Duration.between(last, now).abs().compareTo(SWEEP) < 0 || !swept.compareAndSet(last, now)) {
      return;
    }
    try (var delete =
        connection.prepareStatement("DELETE FROM mcp_used_state WHERE expires_at < ?")) {
      delete.setTimestamp(1, Timestamp.from(now.minus(SLACK)));
      delete.executeUpdate();
    }
  }
}
