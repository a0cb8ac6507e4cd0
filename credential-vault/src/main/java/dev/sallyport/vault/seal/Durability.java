package dev.sallyport.vault.seal;

import java.sql.Connection;
import java.sql.SQLException;

/** What a database needs beside a commit to have written to the disk. */
final class Durability {
  private Durability() {}

  /** Waits until what is committed is on the disk. H2 does not do that by itself. */
  static void sync(Connection connection) throws SQLException {
    if (connection.getMetaData().getDatabaseProductName().equals("H2")) {
      try (var statement = connection.createStatement()) {
        statement.execute("checkpoint sync");
      }
    }
  }
}
