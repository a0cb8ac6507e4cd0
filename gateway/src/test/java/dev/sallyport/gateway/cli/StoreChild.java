package dev.sallyport.gateway.cli;

import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A process that writes into the store of a data directory until it is killed. It writes a line to
 * its output for each transaction that it committed; while it does, another is under way that would
 * take all keys out of the store, and of which a part is on disk.
 */
final class StoreChild {
  private StoreChild() {}

  public static void main(String[] args) throws SQLException {
    try (var pool = DoctorScene.pool(Path.of(args[0]));
        var open = pool.getConnection();
        var connection = pool.getConnection();
        var unfinished = open.createStatement();
        var statement = connection.createStatement()) {
      open.setAutoCommit(false);
      unfinished.executeUpdate("delete from vault_signing_key");
      statement.execute("checkpoint sync");
      for (int i = 0; ; i++) {
        statement.executeUpdate(
            "insert into vault_secret values ('%s-%d', 1, 'k', '', current_timestamp)"
                .formatted(args[1], i));
        unfinished.executeUpdate(
            "insert into vault_secret values ('open-%s-%d', 1, 'k', repeat('x', 2000),"
                    .formatted(args[1], i)
                + " current_timestamp)");
        if (i % 10 == 0) {
          statement.execute("checkpoint sync");
        }
        System.out.println("committed " + i);
      }
    }
  }
}
