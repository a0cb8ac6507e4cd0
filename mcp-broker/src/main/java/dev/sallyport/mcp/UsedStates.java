package dev.sallyport.mcp;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Durability;
import dev.sallyport.identity.store.UsedOnce;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import javax.sql.DataSource;

/**
 * The states that were gone on with by any process on the same database, in the table {@code
 * mcp_used_state}. Thread-safe.
 */
public final class UsedStates {
  private static final Logger LOG = System.getLogger(UsedStates.class.getName());

  private final DataSource dataSource;
  private final UsedOnce used;

  /** States in a database whose migrations have run. */
  public UsedStates(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.used = new UsedOnce("mcp_used_state", clock);
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
      if (!used.use(connection, digest, until)) {
        return false;
      }
      Durability.sync(connection);
      return true;
    } catch (SQLException e) {
      LOG.log(Level.ERROR, "it cannot be told whether a state was used before", e);
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }
}
