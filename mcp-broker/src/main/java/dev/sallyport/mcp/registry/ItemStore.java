package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Durability;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.store.Transaction;
import dev.sallyport.mcp.registry.Definitions.Seen;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Keeps which definitions of items were seen and decided. Thread-safe. */
public final class ItemStore {
  private static final int ATTEMPTS = 3;

  private final DataSource dataSource;
  private final InstantSource clock;

  /** A store over a database whose tables it makes if they are not there. */
  public ItemStore(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
    Migrations.run(dataSource, "mcp");
  }

  /**
   * Notes what a server lists. Whoever wrote first wins; a replica that saw the same at the same
   * time reads it.
   */
  List<ItemRecord> observe(ServerSettings server, Map<ItemKey, Seen> seen) throws SQLException {
    return inTransaction(server, rows -> record(rows, server, seen));
  }

  /**
   * A number for each server whose items were ever written. It grows with each change of them,
   * through whichever replica.
   */
  Map<String, Long> versions() throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement =
            connection.prepareStatement("SELECT server, version FROM mcp_item_version");
        var rows = statement.executeQuery()) {
      var versions = new HashMap<String, Long>();
      while (rows.next()) {
        versions.put(rows.getString(1), rows.getLong(2));
      }
      return versions;
    }
  }

  /** All records of one server. */
  List<ItemRecord> of(ServerSettings server) throws SQLException {
    return inTransaction(server, rows -> rows.of(server));
  }

  /** All records of one server with what they are about. */
  List<DescribedItem> described(ServerSettings server) throws SQLException {
    return inTransaction(
        server,
        rows -> {
          var records = rows.of(server);
          var definitions = rows.definitions(server);
          return records.stream()
              .map(
                  known -> new DescribedItem(known, definitions.getOrDefault(known.digest(), "{}")))
              .toList();
        });
  }

  /**
   * Approves definitions that the server lists now.
   *
   * @param digests by item, that of the definition that is meant
   * @return those that were not approved before; it is on the disk by then
   * @throws Refusal with CONFLICT if another definition is listed; then none is approved
   */
  List<ItemKey> approve(ServerSettings server, Map<ItemKey, String> digests, String actor)
      throws SQLException {
    return decideEach(
        server,
        ItemStatus.APPROVED,
        actor,
        (known, _) -> {
          if (!known.present()) {
            return false;
          }
          var digest = digests.get(known.key());
          if (digest != null && !digest.equals(known.digest())) {
            throw new Refusal(
                RefusalCode.CONFLICT,
                "The definition of an item is another now than the one that was read. Read it"
                    + " again.");
          }
          return digest != null;
        });
  }

  /**
   * Rejects definitions that the server lists now, or those that were approved of an item that it
   * no longer lists.
   *
   * @param item which; empty for all that are pending or changed
   * @return those that were decided; it is on the disk by then
   */
  List<ItemKey> reject(ServerSettings server, Optional<ItemKey> item, String actor)
      throws SQLException {
    return decideEach(
        server,
        ItemStatus.REJECTED,
        actor,
        (known, gone) ->
            item.isEmpty()
                ? known.waits()
                : known.key().equals(item.get())
                    && (known.present() || gone.contains(known.key())));
  }

  private List<ItemKey> decideEach(
      ServerSettings server,
      ItemStatus status,
      String actor,
      BiPredicate<ItemRecord, Set<ItemKey>> meant)
      throws SQLException {
    return inTransaction(
        server,
        rows -> {
          var decided = new ArrayList<ItemRecord>();
          var all = rows.of(server);
          var gone = Gone.of(all);
          for (var known : all) {
            if (meant.test(known, gone) && known.status() != status) {
              decided.add(known);
            }
          }
          rows.decide(decided, status, actor);
          return decided.stream().map(ItemRecord::key).distinct().toList();
        });
  }

  /** Forgets a server, in a transaction of the caller's. */
  static void forget(Connection connection, String server) throws SQLException {
    try (var statement = connection.prepareStatement("DELETE FROM mcp_item WHERE server = ?")) {
      statement.setString(1, server);
      statement.executeUpdate();
    }
  }

  private static List<ItemRecord> record(
      ItemRows rows, ServerSettings server, Map<ItemKey, Seen> seen) throws SQLException {
    var before = rows.of(server);
    var digests = new HashSet<String>();
    var known = new HashMap<ItemKey, List<ItemRecord>>();
    for (var one : before) {
      digests.add(one.digest());
      known.computeIfAbsent(one.key(), _ -> new ArrayList<>()).add(one);
    }
    var unsettled = unsettled(before, seen);
    var added = new HashMap<ItemKey, ItemStatus>();
    for (var entry : seen.entrySet()) {
      if (!digests.contains(entry.getValue().digest())) {
        var ofItem = known.getOrDefault(entry.getKey(), List.of());
        var kind = entry.getKey().kind();
        boolean approves = server.approvesFirstSight() && !unsettled.contains(kind);
        added.put(entry.getKey(), first(ofItem, approves));
      }
    }
    var gone = new ArrayList<ItemRecord>();
    var moved = new ArrayList<ItemRecord>();
    for (var one : before) {
      var now = seen.get(one.key());
      boolean present = now != null && now.digest().equals(one.digest());
      if (!present && one.status().waits()) {
        gone.add(one);
      } else if (present != one.present()) {
        moved.add(one);
      }
    }
    if (added.isEmpty() && gone.isEmpty() && moved.isEmpty()) {
      return before;
    }
    rows.insert(server, seen, added);
    rows.delete(gone);
    rows.turnPresent(moved);
    return rows.of(server);
  }

  /**
   * The kinds of which something that was approved is not listed, or is listed otherwise and nobody
   * decided about that. What is new of such a kind may be that in another name. Resources come and
   * go, as files do: with them it means nothing that one is gone.
   */
  private static Set<ItemKind> unsettled(List<ItemRecord> before, Map<ItemKey, Seen> seen) {
    var approved = new HashSet<ItemKey>();
    var settled = new HashSet<ItemKey>();
    for (var one : before) {
      var now = seen.get(one.key());
      if (one.status() == ItemStatus.APPROVED && one.key().kind() != ItemKind.RESOURCE) {
        approved.add(one.key());
      }
      if (!one.status().waits() && now != null && now.digest().equals(one.digest())) {
        settled.add(one.key());
      }
    }
    approved.removeAll(settled);
    return approved.stream().map(ItemKey::kind).collect(Collectors.toSet());
  }

  private static ItemStatus first(List<ItemRecord> ofItem, boolean approveFirstSight) {
    if (ofItem.stream().anyMatch(known -> known.status() == ItemStatus.APPROVED)) {
      return ItemStatus.CHANGED;
    }
    return approveFirstSight && ofItem.isEmpty() ? ItemStatus.APPROVED : ItemStatus.PENDING;
  }

  private static boolean isConflict(SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && sql.getSQLState() != null
          && (sql.getSQLState().startsWith("23") || sql.getSQLState().startsWith("40"))) {
        return true;
      }
    }
    return false;
  }

  @FunctionalInterface
  private interface Work<T> {
    T in(ItemRows rows) throws SQLException;
  }

  private <T> T inTransaction(ServerSettings server, Work<T> work) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(server, work);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !isConflict(e)) {
          throw e;
        }
      }
    }
  }

  /** What was written is on the disk when this returns: later changes are told by it. */
  private <T> T once(ServerSettings server, Work<T> work) throws SQLException {
    try (var connection = dataSource.getConnection()) {
      var rows = new ItemRows(connection, clock.instant());
      var answer =
          Transaction.in(
              connection,
              () -> {
                var made = work.in(rows);
                if (rows.haveChanged()) {
                  rows.countChange(server);
                }
                return made;
              });
      if (rows.haveChanged()) {
        Durability.sync(connection);
      }
      return answer;
    }
  }
}
