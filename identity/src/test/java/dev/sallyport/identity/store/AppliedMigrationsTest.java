package dev.sallyport.identity.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.UUID;
import org.flywaydb.core.api.FlywayException;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AppliedMigrationsTest {
  private static final String TABLE = "first_sample_schema";

  private final AppliedMigrations migrations =
      new AppliedMigrations(AppliedMigrationsTest.class.getClassLoader(), "first_sample");
  private final JdbcDataSource database = new JdbcDataSource();

  @BeforeEach
  void open() {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  }

  @Test
  void knowsThatAllMigrationsRan() {
    assertThat(migrations.areAllIn(database, TABLE)).isFalse();

    Migrations.run(database, "first_sample");

    assertThat(migrations.areAllIn(database, TABLE)).isTrue();
  }

  @Test
  void seesAMigrationThatIsNew() throws SQLException {
    Migrations.run(database, "first_sample");
    execute("delete from \"first_sample_schema\" where \"version\" = '002'");

    assertThat(migrations.areAllIn(database, TABLE)).isFalse();
  }

  @Test
  void seesAMigrationThatWasChangedSinceItRan() throws SQLException {
    Migrations.run(database, "first_sample");
    execute("update \"first_sample_schema\" set \"checksum\" = 1 where \"version\" = '001'");

    assertThat(migrations.areAllIn(database, TABLE)).isFalse();
    assertThatThrownBy(() -> Migrations.run(database, "first_sample"))
        .isInstanceOf(FlywayException.class);
  }

  @Test
  void seesAMigrationThatFailed() throws SQLException {
    Migrations.run(database, "first_sample");
    execute("update \"first_sample_schema\" set \"success\" = false where \"version\" = '001'");

    assertThat(migrations.areAllIn(database, TABLE)).isFalse();
  }

  @Test
  void cannotTellOfAModuleWithoutMigrations() {
    var none = new AppliedMigrations(AppliedMigrationsTest.class.getClassLoader(), "no_such");

    assertThat(none.areAllIn(database, "no_such_schema")).isFalse();
  }

  private void execute(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isEqualTo(1);
    }
  }
}
