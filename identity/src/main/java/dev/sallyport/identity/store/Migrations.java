package dev.sallyport.identity.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings the tables of one module up to date.
 *
 * <p>A module's migrations are {@code db/MODULE/V001__what.sql} and so on, on its class path; which
 * of them ran stands in the table {@code MODULE_schema}. So modules share a database and know
 * nothing of each other. Two processes may do this at the same time: one waits for the other.
 */
public final class Migrations {
  private static final Pattern MODULE = Pattern.compile("[a-z][a-z0-9_]{0,30}");

  private Migrations() {}

  /**
   * Runs the migrations that have not run yet.
   *
   * @param module the module's short name, such as {@code vault}: 1 to 31 of a-z 0-9 _
   * @throws org.flywaydb.core.api.FlywayException if there are none, one fails, one that ran was
   *     changed since, or one ran that is of a later version: nothing is changed then
   */
  public static void run(DataSource dataSource, String module) {
    var table = table(module);
    var loader = Migrations.class.getClassLoader();
    if (new AppliedMigrations(loader, module).areAllIn(dataSource, table)) {
      return;
    }
    Flyway.configure(loader)
        .dataSource(dataSource)
        .locations("classpath:db/" + module)
        .failOnMissingLocations(true)
        .validateMigrationNaming(true)
        // Otherwise Flyway lets those pass that a later version has run.
        .ignoreMigrationPatterns(new String[0])
        .table(table)
        // The database already holds other modules' tables when a module comes to it first.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .cleanDisabled(true)
        .loggers(MigrationLog.class.getName())
        .load()
        .migrate();
  }

  /**
   * How the tables of a module stand to its migrations. Nothing is changed.
   *
   * @param module as in {@link #run}
   * @throws SQLException if the database does not tell
   */
  public static TableState state(DataSource dataSource, String module) throws SQLException {
    try {
      return new AppliedMigrations(Migrations.class.getClassLoader(), module)
          .state(dataSource, table(module));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the class path is ours
    }
  }

  private static String table(String module) {
    if (!MODULE.matcher(module).matches()) {
      throw new IllegalArgumentException(
          "a module's name is 1 to 31 of a-z 0-9 _ and begins with a letter: " + module);
    }
    return module + "_schema";
  }
}
