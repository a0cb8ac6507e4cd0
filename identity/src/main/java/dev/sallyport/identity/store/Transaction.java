package dev.sallyport.identity.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Changes of a database that are made all together, or not at all. */
public final class Transaction {
  private Transaction() {}

  /**
   * Makes changes. They are committed when this returns, and undone when it throws; the connection
   * commits each statement by itself again. {@link Durability} has them on the disk.
   */
  public static <T> T in(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    T answer;
    try {
      answer = work.run();
      connection.commit();
    } catch (Throwable e) {
      undo(connection, e);
      throw e;
    }
    connection.setAutoCommit(true);
    return answer;
  }

  private static void undo(Connection connection, Throwable why) {
    try {
      connection.rollback();
      connection.setAutoCommit(true); // only now: before, it would commit
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  /** What makes the changes. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws SQLException;
  }
}
