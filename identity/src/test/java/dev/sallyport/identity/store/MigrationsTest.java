package dev.sallyport.identity.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.TestingDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("this-escape") // a subclass says nothing but where the tables are
public class MigrationsTest {
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
  void runsEveryMigrationOfTheModuleOnce() throws SQLException {
    Migrations.run(database, "first_sample");
    Migrations.run(database, "first_sample");

    owner.execute("insert into first_sample_thing (name, note) values ('a', 'b')");
    assertThat(owner.count("\"first_sample_schema\" where \"version\" <> '0'")).isEqualTo(2);
  }

  @Test
  void letsModulesShareADatabase() throws SQLException {
    owner.execute("create table of_someone_else (name varchar(10))");
    Migrations.run(database, "first_sample");
    Migrations.run(database, "second_sample");

    owner.execute("insert into first_sample_thing (name) values ('a')");
    owner.execute("insert into second_sample_thing (name) values ('a')");
    assertThat(owner.count("second_sample_thing")).isEqualTo(1);
  }

  @Test
  void failsIfTheModuleHasNoMigrations() {
    assertThatThrownBy(() -> Migrations.run(database, "no_such_module"))
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("no_such_module");
  }

  @Test
  void failsIfAMigrationFails() {
    assertThatThrownBy(() -> Migrations.run(database, "broken_sample"))
        .isInstanceOf(FlywayException.class);
  }

  @Test
  void refusesTablesThatALaterVersionHasMigrated() throws SQLException {
    Migrations.run(database, "first_sample");
    owner.execute(
        """
        insert into "first_sample_schema" ("installed_rank", "version", "description", "type",
          "script", "checksum", "installed_by", "execution_time", "success")
        values (9, '999', 'later', 'SQL', 'V999__later.sql', 1, 'later', 1, true)
        """);

    assertThatThrownBy(() -> Migrations.run(database, "first_sample"))
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("999");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a-b", "../a", "1a", "a;drop", "a b"})
  void refusesANameThatIsNotAModules(String name) {
    assertThatThrownBy(() -> Migrations.run(database, name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void printsNothing() {
    var out = System.out;
    var err = System.err;
    var printed = new ByteArrayOutputStream();
    try (var stream = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(stream);
      System.setErr(stream);
      Migrations.run(database, "first_sample");
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
