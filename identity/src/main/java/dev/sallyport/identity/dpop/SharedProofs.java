package dev.sallyport.identity.dpop;

import dev.sallyport.identity.store.UsedOnce;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import javax.sql.DataSource;

/**
 * The proofs that were shown to any process on the same database, in the table {@code
 * identity_used_proof}. Those shown to this one are known without asking.
 */
public final class SharedProofs implements UsedProofs {
  private static final Logger LOG = System.getLogger(SharedProofs.class.getName());

  private final DataSource dataSource;
  private final UsedOnce used;
  private final LocalProofs local;

  /** Proofs in a database whose migrations have run. */
  public SharedProofs(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.used = new UsedOnce("identity_used_proof", clock);
    this.local = new LocalProofs(clock);
  }

  @Override
  public boolean use(String id, Instant until) throws UnknownException {
    if (!local.use(id, until)) {
      return false;
    }
    try (var connection = dataSource.getConnection()) {
      return used.use(connection, id, until);
    } catch (SQLException e) {
      LOG.log(Level.WARNING, "it cannot be told whether a proof was used before", e);
      throw new UnknownException("the store does not answer");
    }
  }
}
