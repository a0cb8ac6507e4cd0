package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.sallyport.gateway.config.GatewayConfig.Store;
import dev.sallyport.identity.store.Durability;
import dev.sallyport.identity.testing.FullDisk;
import dev.sallyport.identity.testing.Warnings;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final String POSTGRESQL = "jdbc:postgresql://db.example/sallyport";

  /** H2's DATABASE_NOT_FOUND_WITH_IF_EXISTS_1. */
  private static final int NOT_THERE = 90_146;

  @Test
  void waitsForPostgresqlOnlySoLong() throws Exception {
    var told = Database.config(store(POSTGRESQL)).getDataSourceProperties();

    assertThat(told)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "connectTimeout", "5",
                "socketTimeout", "30",
                "tcpKeepAlive", "true",
                "options", "-c lock_timeout=5s"));
  }

  @Test
  void letsTheUrlOfPostgresqlSayOtherwise() throws Exception {
    var url = POSTGRESQL + "?socketTimeout=90&options=-c%20lock_timeout%3D60s";
    var given = Database.config(store(url)).getDataSourceProperties();
    var taken = DriverManager.getDriver(url).getPropertyInfo(url, given);

    assertThat(value(taken, "socketTimeout")).isEqualTo("90");
    assertThat(value(taken, "options")).isEqualTo("-c lock_timeout=60s");
    assertThat(value(taken, "connectTimeout")).isEqualTo("5");
  }

  @Test
  void tellsTheEmbeddedDatabaseNothingOfTheKind() throws Exception {
    assertThat(Database.config(store("jdbc:h2:mem:x")).getDataSourceProperties()).isEmpty();
  }

  @Test
  void doesNotAnswerAnyMoreOnceAFullDiskHasClosedItUntilTheNextStart(@TempDir Path folder)
      throws Exception {
    var disk = new FullDisk(folder);
    var warnings = new Warnings();
    var log = Logger.getLogger(Database.class.getName());
    log.addHandler(warnings);
    try (var database = Database.open(store(disk.url()))) {
      execute(database, "create table t (n int)");
      assertThat(database.answers()).isTrue();

      disk.fill();
      assertThatThrownBy(() -> execute(database, "insert into t values (1)"))
          .isInstanceOf(SQLException.class);

      assertThat(database.answers()).isFalse();
      disk.makeRoom();
      assertThat(database.answers()).isFalse();
    } finally {
      log.removeHandler(warnings);
    }
    assertThat(warnings.all())
        .containsExactly(
            "the store could not be written and has closed itself: make room on its disk, or mend"
                + " it, then restart the gateway");
    try (var database = Database.open(store(disk.url()))) {
      assertThat(database.answers()).isTrue();
    }
  }

  @Test
  void leavesNoConnectionOpenWhereItCannotBeShutDown() throws Exception {
    var url = "jdbc:h2:mem:cannot-be-shut-down";
    var database = Database.open(store(url));
    database.dataSource().unwrap(HikariDataSource.class).close();

    database.close();

    assertThatThrownBy(
            () -> DriverManager.getConnection(url + ";IFEXISTS=TRUE", "sallyport", "").close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(NOT_THERE));
  }

  private static void execute(Database database, String statement) throws SQLException {
    try (var connection = database.dataSource().getConnection();
        var sent = connection.createStatement()) {
      sent.execute(statement);
      Durability.sync(connection);
    }
  }

  private static String value(DriverPropertyInfo[] taken, String name) {
    return Arrays.stream(taken)
        .filter(property -> property.name.equals(name))
        .findFirst()
        .orElseThrow()
        .value;
  }

  private static Store store(String url) {
    return new Store(url, "sallyport", Optional.empty(), 8);
  }
}
