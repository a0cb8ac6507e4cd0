package dev.sallyport.identity.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.TestingDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class AppliedMigrationsTest {
  private static final String TABLE = "first_sample_schema";

  private final AppliedMigrations migrations =
      new AppliedMigrations(AppliedMigrationsTest.class.getClassLoader(), "first_sample");
  private final TestingDatabase owner = newDatabase();
  private final DataSource database = owner.dataSource();

  /** Where its tables are. */
  protected TestingDatabase newDatabase() {
    return TestingDatabase.h2();
  }

  @AfterEach
  void close() {
    owner.close();
  }

  @Test
  void knowsThatAllMigrationsRan() throws SQLException {
    assertThat(migrations.areAllIn(database, TABLE)).isFalse();
    assertThat(Migrations.state(database, "first_sample")).isEqualTo(TableState.ABSENT);

    Migrations.run(database, "first_sample");

    assertThat(migrations.areAllIn(database, TABLE)).isTrue();
    assertThat(Migrations.state(database, "first_sample")).isEqualTo(TableState.CURRENT);
  }

  @Test
  void seesAMigrationThatIsNew() throws SQLException {
    Migrations.run(database, "first_sample");
    execute("delete from \"first_sample_schema\" where \"version\" = '002'");

    assertThat(migrations.areAllIn(database, TABLE)).isFalse();
    assertThat(Migrations.state(database, "first_sample")).isEqualTo(TableState.OLDER);
  }

  @Test
  void seesAMigrationThatWasChangedSinceItRan() throws SQLException {
    Migrations.run(database, "first_sample");
    execute("update \"first_sample_schema\" set \"checksum\" = 1 where \"version\" = '001'");

    assertThat(migrations.areAllIn(database, TABLE)).isFalse();
    assertThat(Migrations.state(database, "first_sample")).isEqualTo(TableState.BROKEN);
    assertThatThrownBy(() -> Migrations.run(database, "first_sample"))
        .isInstanceOf(FlywayException.class);
  }

  @Test
  void seesAMigrationThatFailed() throws SQLException {
    Migrations.run(database, "first_sample");
    execute("update \"first_sample_schema\" set \"success\" = false where \"version\" = '001'");

    assertThat(migrations.areAllIn(database, TABLE)).isFalse();
    assertThat(Migrations.state(database, "first_sample")).isEqualTo(TableState.BROKEN);
  }

  @Test
  void seesAMigrationOfALaterVersion() throws SQLException {
    Migrations.run(database, "first_sample");
    execute(
        "update \"first_sample_schema\" set \"script\" = 'V9__x.sql' where \"version\" = '002'");

    assertThat(Migrations.state(database, "first_sample")).isEqualTo(TableState.NEWER);
  }

  @Test
  void cannotTellOfAModuleWithoutMigrations() {
    var none = new AppliedMigrations(AppliedMigrationsTest.class.getClassLoader(), "no_such");

    assertThat(none.areAllIn(database, "no_such_schema")).isFalse();
  }

  private void execute(String sql) throws SQLException {
    assertThat(owner.execute(sql)).isEqualTo(1);
  }
}
