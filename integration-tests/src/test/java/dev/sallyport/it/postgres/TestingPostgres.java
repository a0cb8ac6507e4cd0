package dev.sallyport.it.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.testing.TestingDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A PostgreSQL server of this test run: from an archive on the class path, on a free port, with a
 * folder of its own, ended with the run. PostgreSQL refuses to be root; where root runs the tests
 * it is started in a user namespace in which it is nobody, as bubblewrap needs too.
 */
final class TestingPostgres {
  /** How many connections a gateway makes unless it is told otherwise. */
  private static final int CONNECTIONS = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String USER = "postgres";
  private static final Logger CHATTER = Logger.getLogger("io.zonky.test.db.postgres");
  private static final TestingPostgres SERVER = new TestingPostgres();

  private final EmbeddedPostgres server;
  private final AtomicInteger databases = new AtomicInteger();
  private final Map<String, String> templates = new ConcurrentHashMap<>();

  private TestingPostgres() {
    CHATTER.setLevel(Level.WARNING);
    try {
      server =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
              .setOutputRedirector(Redirect.DISCARD)
              .setPGStartupWait(PATIENCE)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "PostgreSQL does not start; what it said is above. Root needs user namespaces for it:"
              + " sysctl -w user.max_user_namespaces=10000",
          e);
    }
  }

  /** The URL of a new, empty database, whose owner needs no password. */
  static String url() {
    return SERVER.create("template1");
  }

  /** One of {@link #url}, behind a pool. */
  static TestingDatabase databaseAt(String url) {
    return pooled(url);
  }

  /** Who owns the databases. */
  static String user() {
    return USER;
  }

  /** A new, empty database behind a pool such as a gateway has. */
  static TestingDatabase database() {
    return pooled(url());
  }

  /** The same with the tables of a module, copied from where they were once made. */
  static TestingDatabase database(String module) {
    return pooled(SERVER.create(SERVER.templates.computeIfAbsent(module, SERVER::migrated)));
  }

  private static TestingDatabase pooled(String url) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(USER);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    var pool = new HikariDataSource(config);
    return new TestingDatabase(pool, pool::close);
  }

  private String migrated(String module) {
    var template = "template_" + module;
    try (var database = pooled(create(template, "template1"))) {
      Migrations.run(database.dataSource(), module);
    }
    return template;
  }

  private String create(String template) {
    return create("test_" + databases.incrementAndGet(), template);
  }

  private String create(String name, String template) {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name + " template " + template);
      return server.getJdbcUrl(USER, name);
    } catch (SQLException e) {
      throw new IllegalStateException("no new database", e);
    }
  }
}
