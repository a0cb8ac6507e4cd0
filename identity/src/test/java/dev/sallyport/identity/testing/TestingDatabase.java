package dev.sallyport.identity.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** An empty database for one test. */
public final class TestingDatabase implements AutoCloseable {
  private static final String[] TABLE_TYPES = {"TABLE", "BASE TABLE"};

  private final DataSource dataSource;
  private final Runnable end;

  /**
   * A database that somebody made.
   *
   * @param end lets go of it
   */
  public TestingDatabase(DataSource dataSource, Runnable end) {
    this.dataSource = dataSource;
    this.end = end;
  }

  /** H2 in memory. */
  public static TestingDatabase h2() {
    var url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    var pool = JdbcConnectionPool.create(url, "sa", "");
    return new TestingDatabase(pool, pool::dispose);
  }

  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * Changes rows or tables.
   *
   * @return how many rows
   */
  public int execute(String sql) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
      return statement.getUpdateCount();
    }
  }

  /** How many rows there are from a table on. */
  public int count(String from) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select count(*) from " + from)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  /** Every value of every row of every table, as text. */
  public String everything() throws SQLException {
    var all = new StringBuilder();
    try (var connection = dataSource.getConnection();
        var tables = connection.getMetaData().getTables(null, null, "%", TABLE_TYPES)) {
      while (tables.next()) {
        var schema = tables.getString("TABLE_SCHEM");
        if (schema.equalsIgnoreCase("public")) {
          append(all, connection, schema + "\".\"" + tables.getString("TABLE_NAME"));
        }
      }
    }
    return all.toString();
  }

  private static void append(StringBuilder all, Connection connection, String table)
      throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("select * from \"" + table + "\"")) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int column = 1; column <= columns; column++) {
          all.append(rows.getString(column)).append(' ');
        }
        all.append('\n');
      }
    }
  }

  @Override
  public void close() {
    end.run();
  }
}
