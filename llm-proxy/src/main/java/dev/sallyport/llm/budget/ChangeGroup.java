package dev.sallyport.llm.budget;

import dev.sallyport.identity.action.Budget;
import dev.sallyport.llm.budget.Change.Holding;
import dev.sallyport.llm.budget.Change.Settling;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Changes that are made in one transaction. Each account is one row, which is locked before it is
 * decided what fits in it; rows are taken in one order, so that no two gateways wait for each
 * other. A call is held for in all its accounts or in none. For one thread.
 */
final class ChangeGroup {
  private static final String DUPLICATE_KEY = "23505";
  private static final String ROLLED_BACK = "40";
  private static final int TRIES = 4;
  private static final String LOCK =
      "SELECT spent, reserved FROM llm_budget WHERE principal = ? AND period = ? FOR UPDATE";
  private static final String CHANGE =
      "UPDATE llm_budget SET reserved = reserved + ?, spent = spent + ?, used_on = ?"
          + " WHERE principal = ? AND period = ?";
  private static final String BEGIN =
      "INSERT INTO llm_budget SELECT ?, ?, 0, 0, ?"
          + " WHERE NOT EXISTS (SELECT 1 FROM llm_budget WHERE principal = ? AND period = ?)";
  private static final String FORGET = "DELETE FROM llm_hold WHERE call_id = ? AND period = ?";
  private static final String REMEMBER = "INSERT INTO llm_hold VALUES (?, ?, ?, ?, ?)";

  private final Connection connection;
  private final Set<Account> begun;
  private final Instant now;
  private final Map<Holding, Budget> unfit = new HashMap<>();

  private ChangeGroup(Connection connection, Set<Account> begun, Instant now) {
    this.connection = connection;
    this.begun = begun;
    this.now = now;
  }

  /**
   * Makes the changes, all in one transaction or none. Tries again where the database says that
   * others were in the way.
   *
   * @param begun the accounts that are known to have their row; added to
   * @return the holds among them that did not fit, and a budget that each did not fit in
   */
  static Map<Holding, Budget> make(
      Connection connection, List<Change> changes, Set<Account> begun, Instant now)
      throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        var group = new ChangeGroup(connection, begun, now);
        group.begin(changes);
        transaction(connection, () -> group.make(changes));
        return group.unfit;
      } catch (SQLException e) {
        if (tries == TRIES || !mayPass(e)) {
          throw e;
        }
      }
    }
  }

  /** Lets go of a hold on one account, if that was not done before. */
  static void letGo(Connection connection, String callId, Account account, long amount, Instant now)
      throws SQLException {
    var group = new ChangeGroup(connection, Set.of(), now);
    transaction(
        connection,
        () -> {
          try (var delete = connection.prepareStatement(FORGET)) {
            delete.setString(1, callId);
            delete.setString(2, account.period());
            if (delete.executeUpdate() == 1) {
              group.change(account, new Sum(-amount, 0));
            }
          }
        });
  }

  private static boolean mayPass(SQLException e) {
    var state = String.valueOf(e.getSQLState());
    return state.equals(DUPLICATE_KEY) || state.startsWith(ROLLED_BACK);
  }

  /**
   * Makes the accounts' rows, each in a transaction of its own: another gateway may make the same
   * at the same time, and then the database says so.
   */
  private void begin(List<Change> changes) throws SQLException {
    for (var change : changes) {
      if (change instanceof Holding) {
        for (var claim : change.hold().claims()) {
          begin(claim.account());
        }
      }
    }
  }

  private void begin(Account account) throws SQLException {
    if (begun.contains(account)) {
      return;
    }
    try (var insert = connection.prepareStatement(BEGIN)) {
      insert.setString(1, account.principal());
      insert.setString(2, account.period());
      insert.setObject(3, today());
      insert.setString(4, account.principal());
      insert.setString(5, account.period());
      insert.executeUpdate();
    } catch (SQLException e) {
      if (!DUPLICATE_KEY.equals(e.getSQLState())) {
        throw e;
      }
    }
    begun.add(account);
  }

  private LocalDate today() {
    return LocalDate.ofInstant(now, ZoneOffset.UTC);
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
    var holdings = new ArrayList<Holding>();
    for (var change : changes) {
      switch (change) {
        case Settling settling -> settlings.add(settling);
        case Holding holding -> holdings.add(holding);
      }
    }
    var sums = settled(settlings);
    var taken = lock(holdings, sums);
    for (var holding : holdings) {
      hold(holding, taken, sums);
    }
    for (var each : sums.entrySet()) {
      if (!each.getValue().equals(Sum.NOTHING)) {
        change(each.getKey(), each.getValue());
      }
    }
    remember(holdings);
  }

  /**
   * Forgets the holds that are settled.
   *
   * @return what there is to change in each account: a hold that was let go before is no longer
   *     held, and one that is gone before it could expire was settled by an earlier try
   */
  private SortedMap<Account, Sum> settled(List<Settling> settlings) throws SQLException {
    var sums = new TreeMap<Account, Sum>();
    if (settlings.isEmpty()) {
      return sums;
    }
    try (var delete = connection.prepareStatement(FORGET)) {
      for (var settling : settlings) {
        for (var claim : settling.hold().claims()) {
          delete.setString(1, settling.hold().callId().value());
          delete.setString(2, claim.account().period());
          delete.addBatch();
        }
      }
      var counts = delete.executeBatch();
      int i = 0;
      for (var settling : settlings) {
        var hold = settling.hold();
        for (var claim : hold.claims()) {
          boolean gone = counts[i++] == 0;
          if (!gone || !settling.again() || hold.expiresAt().isBefore(now)) {
            var sum = new Sum(gone ? 0 : -hold.amount(), settling.spent());
            sums.merge(claim.account(), sum, Sum::plus);
          }
        }
      }
    }
    return sums;
  }

  /**
   * Locks the rows that something is to be held of, and those before them that only change.
   *
   * @return what is spent and held of each once that is settled which is to be settled
   */
  private Map<Account, Long> lock(List<Holding> holdings, SortedMap<Account, Sum> sums)
      throws SQLException {
    var taken = new HashMap<Account, Long>();
    if (holdings.isEmpty()) {
      return taken;
    }
    for (var holding : holdings) {
      holding.hold().claims().forEach(claim -> sums.putIfAbsent(claim.account(), Sum.NOTHING));
    }
    try (var select = connection.prepareStatement(LOCK)) {
      for (var each : sums.entrySet()) {
        var account = each.getKey();
        select.setString(1, account.principal());
        select.setString(2, account.period());
        try (var rows = select.executeQuery()) {
          if (!rows.next()) {
            begun.remove(account);
            throw new SQLException("the row of an account is gone", ROLLED_BACK);
          }
          var change = each.getValue();
          taken.put(
              account, rows.getLong(1) + rows.getLong(2) + change.spent() + change.reserved());
        }
      }
    }
    return taken;
  }

  /** Holds for a call what it wants of all its accounts, if all of that fits. */
  private void hold(Holding holding, Map<Account, Long> taken, Map<Account, Sum> sums) {
    long amount = holding.hold().amount();
    for (var claim : holding.hold().claims()) {
      if (taken.getOrDefault(claim.account(), 0L) > claim.limit() - amount) {
        unfit.put(holding, claim.budget());
        return;
      }
    }
    for (var claim : holding.hold().claims()) {
      taken.merge(claim.account(), amount, Long::sum);
      sums.merge(claim.account(), new Sum(amount, 0), Sum::plus);
    }
  }

  private void change(Account account, Sum sum) throws SQLException {
    try (var update = connection.prepareStatement(CHANGE)) {
      update.setLong(1, sum.reserved());
      update.setLong(2, sum.spent());
      update.setObject(3, today());
      update.setString(4, account.principal());
      update.setString(5, account.period());
      update.executeUpdate();
    }
  }

  private void remember(List<Holding> holdings) throws SQLException {
    if (holdings.size() == unfit.size()) {
      return;
    }
    try (var insert = connection.prepareStatement(REMEMBER)) {
      for (var holding : holdings) {
        if (unfit.containsKey(holding)) {
          continue;
        }
        var hold = holding.hold();
        for (var claim : hold.claims()) {
          insert.setString(1, hold.callId().value());
          insert.setString(2, claim.account().principal());
          insert.setString(3, claim.account().period());
          insert.setLong(4, hold.amount());
          insert.setObject(5, hold.expiresAt().atOffset(ZoneOffset.UTC));
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }

  /** How what is held changes, and what is spent. */
  private record Sum(long reserved, long spent) {
    static final Sum NOTHING = new Sum(0, 0);

    Sum plus(Sum other) {
      return new Sum(reserved + other.reserved, spent + other.spent);
    }
  }
}
