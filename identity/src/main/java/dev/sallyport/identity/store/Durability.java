package dev.sallyport.identity.store;

import java.sql.Connection;
import java.sql.SQLException;

/** What a database needs beside a commit to have written to the disk. */
public final class Durability {
  private Durability() {}

  /**
   * Waits until what was committed is on the disk. H2 does not do that by itself; others have done
   * so by then.
   */
  public static void sync(Connection connection) throws SQLException {
    if ("H2".equals(connection.getMetaData().getDatabaseProductName())) {
      try (var statement = connection.createStatement()) {
        statement.execute("checkpoint sync");
      }
    }
  }
}
