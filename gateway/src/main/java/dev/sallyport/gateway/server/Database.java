package dev.sallyport.gateway.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sallyport.gateway.config.GatewayConfig.Store;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The pool of connections to the one database of a gateway. Thread-safe. */
final class Database implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Database.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** H2's DATABASE_ALREADY_OPEN_1. */
  private static final int OPEN_ELSEWHERE = 90_020;

  /** H2's DATABASE_IS_CLOSED: it could not write, and has closed itself. */
  private static final int CLOSED_ITSELF = 90_098;

  private static final Duration PING = Duration.ofSeconds(1);

  /**
   * What PostgreSQL's driver is told, so that no one waits for ever for a server that is gone, or
   * for a lock. What the URL says comes before it.
   */
  private static final Map<String, String> POSTGRESQL =
      Map.of(
          "connectTimeout", "5",
          "socketTimeout", "30",
          "tcpKeepAlive", "true",
          "options", "-c lock_timeout=5s");

  private final HikariDataSource pool;

  /** A connection to an embedded database as it was opened first, which no one else has. */
  private final Optional<Connection> witness;

  private boolean told;

  private Database(HikariDataSource pool, Optional<Connection> witness) {
    this.pool = pool;
    this.witness = witness;
  }

  /**
   * Connects.
   *
   * @throws StartException if the database does not answer or does not let us in
   */
  static Database open(Store store) throws StartException {
    var config = config(store);
    try {
      var pool = new HikariDataSource(config);
      return new Database(
          pool, store.embedded() ? Optional.of(witness(config, pool)) : Optional.empty());
    } catch (RuntimeException e) {
      throw new StartException(
          store.embedded()
              ? cannotOpen(e)
              : "The database of store.url does not answer or does not accept store.user and"
                  + " store.password-file.",
          e);
    }
  }

  private static Connection witness(HikariConfig config, HikariDataSource pool) {
    try {
      return DriverManager.getConnection(
          config.getJdbcUrl(), config.getUsername(), config.getPassword());
    } catch (SQLException e) {
      pool.close();
      throw new IllegalStateException(e);
    }
  }

  /** Why the embedded store was not opened, in the words of what keeps it. */
  static String cannotOpen(RuntimeException e) {
    if (!(e.getCause() instanceof SQLException said)) {
      return "The store in the data directory cannot be opened: " + e.getMessage();
    }
    if (said.getErrorCode() == OPEN_ELSEWHERE) {
      return "The store in the data directory cannot be opened: another process has it open. End"
          + " that, or choose another directory with --data.";
    }
    var why = said.getCause() == null ? "" : ": " + said.getCause().getMessage();
    return "The store in the data directory cannot be opened. If it is damaged, put it back from a"
        + " backup. "
        + said.getMessage()
        + why;
  }

  static HikariConfig config(Store store) throws StartException {
    var config = new HikariConfig();
    config.setPoolName("store");
    config.setJdbcUrl(store.embedded() ? embedded(store.url()) : store.url());
    config.setUsername(store.user());
    config.setPassword(password(store));
    config.setMaximumPoolSize(store.connections());
    config.setMinimumIdle(1);
    config.setConnectionTimeout(PATIENCE.toMillis());
    config.setInitializationFailTimeout(1);
    if (!store.embedded()) {
      POSTGRESQL.forEach(config::addDataSourceProperty);
    }
    return config;
  }

  DataSource dataSource() {
    return pool;
  }

  /**
   * Whether the database answers now. An embedded one that has closed itself is taken for gone
   * until the next start, though a new connection would open it again.
   */
  boolean answers() {
    if (!isOpen()) {
      return false;
    }
    try (var connection = pool.getConnection()) {
      return connection.isValid((int) PING.toSeconds());
    } catch (SQLException _) {
      return false;
    }
  }

  /** Whether statements are taken: H2 calls connections to what is closed valid. */
  private synchronized boolean isOpen() {
    if (witness.isEmpty()) {
      return true;
    }
    try (var statement = witness.get().createStatement()) {
      return statement.execute("select 1");
    } catch (SQLException e) {
      if (e.getErrorCode() == CLOSED_ITSELF && !told) {
        told = true;
        LOG.log(
            Level.ERROR,
            "the store could not be written and has closed itself: make room on its disk, or mend"
                + " it, then restart the gateway");
      }
      return false;
    }
  }

  @Override
  public void close() {
    try {
      witness.ifPresent(this::shutDown);
    } finally {
      pool.close();
    }
  }

  /** Writes everything out; without it the next start would have to recover. */
  private void shutDown(Connection last) {
    try (last;
        var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("shutdown");
    } catch (SQLException _) {
      return; // it recovers when it is opened again
    }
  }

  /** The process closes the database itself, once nothing uses it any more. */
  private static String embedded(String url) {
    return url + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0";
  }

  private static String password(Store store) throws StartException {
    if (store.passwordFile().isEmpty()) {
      return "";
    }
    var file = store.passwordFile().get();
    try (var lines = Files.lines(file)) {
      return lines.findFirst().orElse("");
    } catch (IOException e) {
      throw new StartException("The file of store.password-file cannot be read: " + file, e);
    }
  }
}
