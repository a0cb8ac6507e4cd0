package dev.sallyport.identity.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What any process on the same database used that may be used once, in a table of its own with the
 * columns {@code id}, its key, and {@code expires_at}. Thread-safe.
 */
public final class UsedOnce {
  private static final String UNIQUE_VIOLATION = "23505";

  /** How far the clocks of processes may be apart. */
  private static final Duration SLACK = Duration.ofMinutes(5);

  private static final Duration SWEEP = Duration.ofSeconds(30);

  private final String insert;
  private final String forget;
  private final InstantSource clock;
  private final AtomicReference<Instant> swept = new AtomicReference<>(Instant.MIN);

  /**
   * What was used, in a database whose migrations have run.
   *
   * @param table its name, a constant
   */
  public UsedOnce(String table, InstantSource clock) {
    this.insert = "INSERT INTO " + table + " (id, expires_at) VALUES (?, ?)";
    this.forget = "DELETE FROM " + table + " WHERE expires_at < ?";
    this.clock = clock;
  }

  /**
   * Uses it up, and now and then forgets what is over by any clock.
   *
   * @param connection without a transaction
   * @param until when nobody takes it any more
   * @return false if it was used before
   */
  public boolean use(Connection connection, String id, Instant until) throws SQLException {
    sweep(connection);
    try (var statement = connection.prepareStatement(insert)) {
      statement.setString(1, id);
      statement.setTimestamp(2, Timestamp.from(until));
      statement.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  private void sweep(Connection connection) throws SQLException {
    var now = clock.instant();
    var last = swept.get();
    if (Duration.between(last, now).abs().compareTo(SWEEP) < 0 || !swept.compareAndSet(last, now)) {
      return;
    }
    try (var statement = connection.prepareStatement(forget)) {
      statement.setTimestamp(1, Timestamp.from(now.minus(SLACK)));
      statement.executeUpdate();
    }
  }
}
