package dev.sallyport.identity.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.testing.TestingDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TransactionTest {
  private final TestingDatabase database = TestingDatabase.h2();

  @BeforeEach
  void makeATable() throws SQLException {
    database.execute("create table thing (name varchar(9) primary key)");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void makesAllChangesTogether() throws Exception {
    try (var connection = database.dataSource().getConnection()) {
      var answer =
          Transaction.in(
              connection,
              () -> {
                insert(connection, "a");
                insert(connection, "b");
                assertThat(database.count("thing")).isZero();
                return "made";
              });

      assertThat(answer).isEqualTo("made");
      assertThat(database.count("thing")).isEqualTo(2);
      assertThat(connection.getAutoCommit()).isTrue();
    }
  }

  @Test
  void makesNoneIfItFailsInWhateverWay() throws Exception {
    for (var failure :
        List.of(
            new SQLException("x"), new IllegalStateException("x"), new StackOverflowError("x"))) {
      try (var connection = database.dataSource().getConnection()) {
        assertThatThrownBy(() -> Transaction.in(connection, () -> fail(connection, failure)))
            .isSameAs(failure);

        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(database.count("thing")).isZero();
      }
    }
  }

  @Test
  void tellsOfTheFailureItselfIfNothingCanBeUndone() throws Exception {
    var connection = database.dataSource().getConnection();
    var failure = new IllegalStateException("x");

    assertThatThrownBy(() ->
            Transaction.in(
                connection,
                () -> {
                  connection.close();
                  throw failure;
                }))
        .isSameAs(failure)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }

  private static String fail(Connection connection, Throwable failure) throws SQLException {
    insert(connection, "a");
    switch (failure) {
      case SQLException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure);
    }
  }

  private static void insert(Connection connection, String name) throws SQLException {
    try (var statement = connection.prepareStatement("insert into thing values (?)")) {
      statement.setString(1, name);
      statement.executeUpdate();
    }
  }
}
