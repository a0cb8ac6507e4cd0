package dev.sallyport.identity.dpop;

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
 * The proofs that were shown to any process on the same database, in the table {@code
 * identity_used_proof}. Those shown to this one are known without asking.
 */
public final class SharedProofs implements UsedProofs {
  private static final Logger LOG = System.getLogger(SharedProofs.class.getName());
  private static final String UNIQUE_VIOLATION = "23505";
  private static final Duration SLACK = Duration.ofMinutes(5);
  private static final Duration SWEEP = Duration.ofSeconds(30);

  private final DataSource dataSource;
  private final InstantSource clock;
  private final LocalProofs local;
  private final AtomicReference<Instant> swept = new AtomicReference<>(Instant.MIN);

  /** Proofs in a database whose migrations have run. */
  public SharedProofs(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.local = new LocalProofs(clock);
  }

  @Override
  public boolean use(String id, Instant until) throws UnknownException {
    if (!local.use(id, until)) {
      return false;
    }
    try (var connection = dataSource.getConnection()) {
      sweep(connection);
      return insert(connection, id, until);
    } catch (SQLException e) {
      LOG.log(Level.WARNING, "it cannot be told whether a proof was used before", e);
      throw new UnknownException("the store does not answer");
    }
  }

  private static boolean insert(Connection connection, String id, Instant until)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO identity_used_proof (id, expires_at) VALUES (?, ?)")) {
      insert.setString(1, id);
      insert.setTimestamp(2, Timestamp.from(until));
      insert.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** Forgets what is over by any clock, once in a while. */
  private void sweep(Connection connection) throws SQLException {
    var now = clock.instant();
    var last = swept.get();
    if (Duration.between(last, now).abs().compareTo(SWEEP) < 0 || !swept.compareAndSet(last, now)) {
      return;
    }
    try (var delete =
        connection.prepareStatement("DELETE FROM identity_used_proof WHERE expires_at < ?")) {
      delete.setTimestamp(1, Timestamp.from(now.minus(SLACK)));
      delete.executeUpdate();
    }
  }
}
