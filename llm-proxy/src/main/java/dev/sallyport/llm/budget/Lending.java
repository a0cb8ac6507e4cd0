package dev.sallyport.llm.budget;

import dev.sallyport.identity.store.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;

/**
 * Makes the shares of one gateway larger and smaller, and saves what was spent of them, in one
 * transaction. Each account is one row, which is locked before it is decided what fits in it; rows
 * are taken in one order, so that no two gateways wait for each other. A call is lent for in all
 * its accounts or in none. For one thread.
 */
final class Lending {
  /** How long a share may be used after it was saved, with every call that then begins. */
  static final Duration USABLE = Duration.ofMinutes(1);

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
  private static final String FIND =
      "SELECT amount, version FROM llm_share WHERE gateway = ? AND principal = ? AND period = ?";
  private static final String TAKE =
      "INSERT INTO llm_share (amount, expires_at, version, gateway, principal, period)"
          + " VALUES (?, ?, ? + 1, ?, ?, ?)";
  private static final String KEEP =
      "UPDATE llm_share SET amount = ?, expires_at = ?, version = version + 1"
          + " WHERE version = ? AND gateway = ? AND principal = ? AND period = ?";
  private static final String FIND_EXPIRED = FIND + " AND expires_at < ?";
  private static final String LEAVE =
      "DELETE FROM llm_share WHERE version = ? AND gateway = ? AND principal = ? AND period = ?";

  private final Connection connection;
  private final Lock lock;
  private final Set<Account> begun;
  private final String gateway;
  private final Instant now;
  private final Instant expires;
  private final SortedMap<Account, Part> parts = new TreeMap<>();
  private final Map<Asked, List<Unfit>> unfit = new HashMap<>();

  /**
   * A transaction.
   *
   * @param lock of the shares
   * @param begun the accounts that are known to have their row; added to
   * @param holdFor longer than any call takes
   */
  Lending(
      Connection connection,
      Lock lock,
      Set<Account> begun,
      String gateway,
      Instant now,
      Duration holdFor) {
    this.connection = connection;
    this.lock = lock;
    this.begun = begun;
    this.gateway = gateway;
    this.now = now;
    this.expires = now.plus(USABLE).plus(holdFor);
  }

  /**
   * Lends what is asked for, where it fits, and saves shares. All of it is done, or none, and then
   * it is in doubt what was. What is lent to a call is held from then on. Tries again where the
   * database says that others were in the way.
   *
   * @param shares of all accounts that are asked for, and whichever else are to be saved
   * @param all whether what is free is given back, rather than kept for calls to come
   * @return those whose hold did not fit, and the budgets that each did not fit in
   */
  Map<Asked, List<Unfit>> make(List<Asked> asked, Collection<Share> shares, boolean all)
      throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        resolve(shares);
        plan(asked, shares, all);
        begin();
        var _ = Transaction.in(connection, () -> written(asked));
        locked(() -> taken(asked));
        return unfit;
      } catch (SQLException | RuntimeException | Error e) {
        locked(() -> parts.values().forEach(part -> part.share.doubt(part.spent)));
        if (tries == TRIES || !(e instanceof SQLException sql) || !mayPass(sql)) {
          throw e;
        }
      }
    }
  }

  /**
   * Lets go of the share of a gateway that ended, if it did not save it meanwhile. Within a
   * transaction.
   */
  static boolean letGo(Connection connection, Account account, String gateway, Instant now)
      throws SQLException {
    try (var lock = connection.prepareStatement(LOCK);
        var find = connection.prepareStatement(FIND_EXPIRED);
        var leave = connection.prepareStatement(LEAVE);
        var change = connection.prepareStatement(CHANGE)) {
      name(lock, 1, account);
      lock.executeQuery().close(); // whoever changes a share has its account's row first
      name(find, 1, gateway, account);
      find.setObject(4, now.atOffset(ZoneOffset.UTC));
      try (var rows = find.executeQuery()) {
        if (!rows.next()) {
          return false;
        }
        change.setLong(1, -rows.getLong(1));
        leave.setLong(1, rows.getLong(2));
      }
      name(leave, 2, gateway, account);
      once(leave);
      change.setLong(2, 0);
      change.setObject(3, LocalDate.ofInstant(now, ZoneOffset.UTC));
      name(change, 4, account);
      return change.executeUpdate() == 1;
    }
  }

  private static boolean mayPass(SQLException e) {
    var state = String.valueOf(e.getSQLState());
    return state.equals(DUPLICATE_KEY) || state.startsWith(ROLLED_BACK);
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  /** Looks what became of what is in doubt. */
  private void resolve(Collection<Share> shares) throws SQLException {
    for (var share : shares) {
      if (!share.isInDoubt()) {
        continue;
      }
      try (var select = connection.prepareStatement(FIND)) {
        name(select, 1, gateway, share.account());
        try (var rows = select.executeQuery()) {
          if (rows.next()) {
            long amount = rows.getLong(1);
            long version = rows.getLong(2);
            locked(() -> share.found(amount, version));
          } else {
            locked(() -> share.missed(now));
          }
        }
      }
    }
  }

  private static void name(PreparedStatement statement, int first, Account account)
      throws SQLException {
    statement.setString(first, account.principal());
    statement.setString(first + 1, account.period());
  }

  private static void name(PreparedStatement statement, int first, String gateway, Account account)
      throws SQLException {
    statement.setString(first, gateway);
    name(statement, first + 1, account);
  }

  /**
   * Makes the accounts' rows, each in a transaction of its own: another gateway may make the same
   * at the same time, and then the database says so.
   */
  private void begin() throws SQLException {
    for (var part : parts.values()) {
      if (part.asked || part.spent > 0) {
        begin(part.share.account());
      }
    }
  }

  private void begin(Account account) throws SQLException {
    if (begun.contains(account)) {
      return;
    }
    try (var insert = connection.prepareStatement(BEGIN)) {
      name(insert, 1, account);
      insert.setObject(3, today());
      name(insert, 4, account);
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

  private void plan(List<Asked> asked, Collection<Share> shares, boolean all) {
    parts.clear();
    unfit.clear();
    locked(() -> {
      for (var share : shares) {
        long surplus = all ? Math.max(0, share.free()) : share.surplus();
        parts.put(share.account(), new Part(share, surplus));
      }
    });
    for (var each : asked) {
      for (var claim : each.hold().claims()) {
        part(claim).asked = true;
      }
    }
  }

  private Part part(Claim claim) {
    var part = parts.get(claim.account());
    if (part == null) {
      throw new IllegalStateException("an account is asked for without its share");
    }
    return part;
  }

  private boolean written(List<Asked> asked) throws SQLException {
    for (var part : parts.values()) {
      if (part.asked || (!asked.isEmpty() && part.isChanged())) {
        lock(part); // those that only change, too, or they were taken in another order
      }
    }
    locked(() -> asked.forEach(this::lend));
    for (var part : parts.values()) {
      part.lendAhead();
      if (part.isChanged()) {
        change(part);
        write(part);
      }
    }
    return true;
  }

  private void lock(Part part) throws SQLException {
    var account = part.share.account();
    try (var select = connection.prepareStatement(LOCK)) {
      name(select, 1, account);
      try (var rows = select.executeQuery()) {
        if (!rows.next()) {
          throw gone(account);
        }
        part.used = rows.getLong(1) + part.spent;
        part.taken = part.used + rows.getLong(2) - part.row + part.lent;
      }
    }
  }

  private SQLException gone(Account account) {
    begun.remove(account);
    return new SQLException("the row of an account is gone", ROLLED_BACK);
  }

  /** Lends to a call what it wants of all its accounts, if all of that fits. */
  private void lend(Asked asked) {
    long wanted = asked.hold().amount();
    var tooSmall = new ArrayList<Unfit>();
    for (var claim : asked.hold().claims()) {
      var part = part(claim);
      long most = claim.limit() - wanted;
      if (part.taken > most) {
        part.giveUpFree();
      }
      if (part.taken > most) {
        tooSmall.add(new Unfit(claim.budget(), part.used <= most));
      }
    }
    if (!tooSmall.isEmpty()) {
      unfit.put(asked, List.copyOf(tooSmall));
      return;
    }
    for (var claim : asked.hold().claims()) {
      part(claim).lend(wanted, claim.limit());
    }
  }

  private void change(Part part) throws SQLException {
    var account = part.share.account();
    try (var update = connection.prepareStatement(CHANGE)) {
      update.setLong(1, part.lent - part.row);
      update.setLong(2, part.spent);
      update.setObject(3, today());
      name(update, 4, account);
      if (update.executeUpdate() != 1) {
        throw gone(account);
      }
    }
  }

  private void write(Part part) throws SQLException {
    var share = part.share;
    if (part.isLeft()) {
      try (var delete = connection.prepareStatement(LEAVE)) {
        delete.setLong(1, share.version());
        name(delete, 2, gateway, share.account());
        once(delete);
      }
      return;
    }
    try (var write = connection.prepareStatement(share.version() == 0 ? TAKE : KEEP)) {
      write.setLong(1, part.lent);
      write.setObject(2, expires.atOffset(ZoneOffset.UTC));
      write.setLong(3, share.version());
      name(write, 4, gateway, share.account());
      once(write);
    }
  }

  private static void once(PreparedStatement statement) throws SQLException {
    if (statement.executeUpdate() != 1) {
      throw new SQLException("a share was let go of", ROLLED_BACK);
    }
  }

  private void taken(List<Asked> asked) {
    for (var part : parts.values()) {
      var share = part.share;
      if (!part.isChanged()) {
        continue;
      }
      if (part.isLeft()) {
        share.left(part.spent);
      } else {
        share.saved(part.spent, part.lent, now.plus(USABLE), expires);
        if (part.largest > 0) {
          share.enlarged(part.limit);
        }
      }
    }
    for (var each : asked) {
      if (!unfit.containsKey(each)) {
        each.hold().claims().forEach(claim -> part(claim).share.hold(each.hold().amount()));
      }
    }
  }
}
