package dev.sallyport.identity.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;

/**
 * Passes on what Flyway warns of; all else that it says is for debugging. Flyway makes it by name.
 */
public final class MigrationLog implements LogCreator {
  private static final Logger LOG = System.getLogger(Migrations.class.getName());

  @Override
  public Log createLogger(Class<?> user) {
    return new Passing();
  }

  private static final class Passing implements Log {
    @Override
    public void debug(String message) {
      LOG.log(Level.TRACE, message);
    }

    @Override
    public void info(String message) {
      LOG.log(Level.DEBUG, message);
    }

    @Override
    public void notice(String message) {
      LOG.log(Level.DEBUG, message);
    }

    @Override
    public void warn(String message) {
      LOG.log(Level.WARNING, message);
    }

    @Override
    public void error(String message) {
      LOG.log(Level.ERROR, message);
    }

    @Override
    public void error(String message, Exception cause) {
      LOG.log(Level.ERROR, message, cause);
    }
  }
}
