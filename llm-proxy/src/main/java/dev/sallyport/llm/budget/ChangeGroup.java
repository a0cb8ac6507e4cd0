package dev.sallyport.llm.budget;

import dev.sallyport.llm.budget.Change.Holding;
import dev.sallyport.llm.budget.Change.Settling;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Changes that are made in one transaction. Each budget is one row that is changed once, or twice
 * where not all that is asked fits; rows are changed in one order, so that no two gateways wait for
 * each other. For one thread.
 */
final class ChangeGroup {
  private static final String DUPLICATE_KEY = "23505";
  private static final String ROLLED_BACK = "40";
  private static final int TRIES = 4;
  private static final String SETTLE =
      "UPDATE llm_spend SET reserved = reserved - ?, spent = spent + ?"
          + " WHERE principal = ? AND spend_day = ?";
  private static final String RESERVE =
      "UPDATE llm_spend SET reserved = reserved + ?"
          + " WHERE principal = ? AND spend_day = ? AND spent + reserved <= ?";
  private static final String BEGIN_DAY =
      "INSERT INTO llm_spend SELECT ?, ?, 0, 0"
          + " WHERE NOT EXISTS (SELECT 1 FROM llm_spend WHERE principal = ? AND spend_day = ?)";
  private static final String FORGET = "DELETE FROM llm_reservation WHERE call_id = ?";
  private static final String REMEMBER = "INSERT INTO llm_reservation VALUES (?, ?, ?, ?, ?)";

  private final Connection connection;
  private final Instant now;
  private final Set<Holding> held = new HashSet<>();

  private ChangeGroup(Connection connection, Instant now) {
    this.connection = connection;
    this.now = now;
  }

  /** One principal's budget of one day. */
  record Budget(String principal, LocalDate day) {
    static Budget of(Hold hold) {
      return new Budget(hold.principal().value(), hold.day());
    }
  }

  /**
   * Makes the changes, all in one transaction or none. Tries again where the database says that
   * others were in the way.
   *
   * @param begun the budgets that are known to have their row; added to
   * @return the holds among them that fitted
   */
  static Set<Holding> make(
      Connection connection, List<Change> changes, Set<Budget> begun, Instant now)
      throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return makeOnce(connection, changes, begun, now);
      } catch (SQLException e) {
        if (tries == TRIES || !mayPass(e)) {
          throw e;
        }
      }
    }
  }

  private static Set<Holding> makeOnce(
      Connection connection, List<Change> changes, Set<Budget> begun, Instant now)
      throws SQLException {
    for (var change : changes) {
      if (change instanceof Holding) {
        beginDay(connection, Budget.of(change.hold()), begun);
      }
    }
    var group = new ChangeGroup(connection, now);
    transaction(connection, () -> group.make(changes));
    return group.held;
  }

  private static boolean mayPass(SQLException e) {
    var state = String.valueOf(e.getSQLState());
    return state.equals(DUPLICATE_KEY) || state.startsWith(ROLLED_BACK);
  }

  /**
   * Makes a budget's row, in a transaction of its own: another gateway may make the same at the
   * same time, and then the database says so.
   */
  private static void beginDay(Connection connection, Budget budget, Set<Budget> begun)
      throws SQLException {
    if (begun.contains(budget)) {
      return;
    }
    try (var insert = connection.prepareStatement(BEGIN_DAY)) {
      insert.setString(1, budget.principal());
      insert.setObject(2, budget.day());
      insert.setString(3, budget.principal());
      insert.setObject(4, budget.day());
      insert.executeUpdate();
    } catch (SQLException e) {
      if (!DUPLICATE_KEY.equals(e.getSQLState())) {
        throw e;
      }
    }
    begun.add(budget);
  }

  /** Lets go of a hold, if that was not done before. */
  static void letGo(Connection connection, String callId, Budget budget, long amount)
      throws SQLException {
    var group = new ChangeGroup(connection, Instant.MAX);
    transaction(
        connection,
        () -> {
          try (var delete = connection.prepareStatement(FORGET)) {
            delete.setString(1, callId);
            if (delete.executeUpdate() == 1) {
              group.settle(budget, new Sum(amount, 0));
            }
          }
        });
  }

  private static void transaction(Connection connection, Work work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      work.run();
      connection.commit();
    } catch (SQLException | RuntimeException | Error e) {
      undo(connection, e);
      throw e;
    }
    connection.setAutoCommit(true);
  }

  private static void undo(Connection connection, Throwable why) {
    try {
      connection.rollback();
      connection.setAutoCommit(true); // only now: before, it would commit
    } catch (SQLException e) {
      why.addSuppressed(e);
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  private void make(List<Change> changes) throws SQLException {
    var settlings = new ArrayList<Settling>();
    var holdings =
        new TreeMap<Budget, List<Holding>>(
            Comparator.comparing(Budget::principal).thenComparing(Budget::day));
    for (var change : changes) {
      switch (change) {
        case Settling settling -> settlings.add(settling);
        case Holding holding ->
            holdings
                .computeIfAbsent(Budget.of(holding.hold()), _ -> new ArrayList<>())
                .add(holding);
      }
    }
    var settled = settled(settlings);
    var budgets = new TreeMap<Budget, Sum>(holdings.comparator());
    budgets.putAll(settled);
    holdings.keySet().forEach(budget -> budgets.putIfAbsent(budget, Sum.NOTHING));
    for (var each : budgets.entrySet()) {
      if (!each.getValue().equals(Sum.NOTHING)) {
        settle(each.getKey(), each.getValue());
      }
      reserve(each.getKey(), holdings.getOrDefault(each.getKey(), List.of()));
    }
    remember();
  }

  /**
   * Forgets the holds that are settled.
   *
   * @return what there is to settle of each budget: a hold that was let go before is no longer
   *     held, and one that is gone before it could expire was settled by an earlier try
   */
  private Map<Budget, Sum> settled(List<Settling> settlings) throws SQLException {
    var sums = new HashMap<Budget, Sum>();
    if (settlings.isEmpty()) {
      return sums;
    }
    try (var delete = connection.prepareStatement(FORGET)) {
      for (var settling : settlings) {
        delete.setString(1, settling.hold().callId().value());
        delete.addBatch();
      }
      var counts = delete.executeBatch();
      for (int i = 0; i < counts.length; i++) {
        var settling = settlings.get(i);
        boolean gone = counts[i] == 0;
        if (gone && settling.again() && !settling.hold().expiresAt().isBefore(now)) {
          continue;
        }
        long amount = gone ? 0 : settling.hold().amount();
        sums.merge(Budget.of(settling.hold()), new Sum(amount, settling.spent()), Sum::plus);
      }
    }
    return sums;
  }

  private void settle(Budget budget, Sum sum) throws SQLException {
    try (var update = connection.prepareStatement(SETTLE)) {
      update.setLong(1, sum.held());
      update.setLong(2, sum.spent());
      update.setString(3, budget.principal());
      update.setObject(4, budget.day());
      update.executeUpdate();
    }
  }

  /** Holds what fits: all at once if it does, and else one after the other. */
  private void reserve(Budget budget, List<Holding> holdings) throws SQLException {
    if (holdings.isEmpty()) {
      return;
    }
    try (var update = connection.prepareStatement(RESERVE)) {
      long least = holdings.stream().mapToLong(Holding::limit).min().orElseThrow();
      long sum = 0;
      for (var holding : holdings) {
        sum = sum > least ? sum : sum + holding.hold().amount();
      }
      if (sum <= least && reserve(update, budget, sum, least)) {
        held.addAll(holdings);
        return;
      }
      for (var holding : holdings) {
        if (reserve(update, budget, holding.hold().amount(), holding.limit())) {
          held.add(holding);
        }
      }
    }
  }

  private static boolean reserve(PreparedStatement update, Budget budget, long amount, long limit)
      throws SQLException {
    update.setLong(1, amount);
    update.setString(2, budget.principal());
    update.setObject(3, budget.day());
    update.setLong(4, limit - amount);
    return update.executeUpdate() == 1;
  }

  private void remember() throws SQLException {
    if (held.isEmpty()) {
      return;
    }
    try (var insert = connection.prepareStatement(REMEMBER)) {
      for (var holding : held) {
        var hold = holding.hold();
        insert.setString(1, hold.callId().value());
        insert.setString(2, hold.principal().value());
        insert.setObject(3, hold.day());
        insert.setLong(4, hold.amount());
        insert.setObject(5, hold.expiresAt().atOffset(ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** What is no longer held, and what is spent. */
  private record Sum(long held, long spent) {
    static final Sum NOTHING = new Sum(0, 0);

    Sum plus(Sum other) {
      return new Sum(held + other.held, spent + other.spent);
    }
  }
}
