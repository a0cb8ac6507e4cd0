package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.definition.CanonicalForm;
import dev.sallyport.mcp.registry.Definitions.Seen;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The rows of the table of items, in one transaction. For one thread. */
final class ItemRows {
  private static final String DELETE = "DELETE FROM mcp_item WHERE server = ? AND digest = ?";
  private static final Comparator<ItemRecord> ORDER =
      Comparator.comparing(ItemRecord::key)
          .thenComparing(ItemRecord::firstSeen)
          .thenComparing(ItemRecord::digest);

  private final Connection connection;
  private final Instant now;
  private boolean changed;

  ItemRows(Connection connection, Instant now) {
    this.connection = connection;
    this.now = now;
  }

  /** Whether any row was written. */
  boolean haveChanged() {
    return changed;
  }

  /** Lets the replicas know that the items of a server are other than before. */
  void countChange(ServerSettings server) throws SQLException {
    if (count("UPDATE mcp_item_version SET version = version + 1 WHERE server = ?", server) == 0) {
      count("INSERT INTO mcp_item_version (version, server) VALUES (1, ?)", server);
    }
  }

  private int count(String sql, ServerSettings server) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, server.name());
      return statement.executeUpdate();
    }
  }

  /** All records of one server; what it listed at another place counts as not listed. */
  List<ItemRecord> of(ServerSettings server) throws SQLException {
    bringUpToForm(server);
    var sql =
        "SELECT server, digest, kind, name, origin, status, present, first_seen, decided_at,"
            + " decided_by FROM mcp_item WHERE server = ?";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, server.name());
      try (var rows = statement.executeQuery()) {
        var records = new ArrayList<ItemRecord>();
        while (rows.next()) {
          records.add(toRecord(rows, server.origin()));
        }
        records.sort(ORDER);
        return records;
      }
    }
  }

  /** What all records of one server are about, by digest. */
  Map<String, String> definitions(ServerSettings server) throws SQLException {
    var sql = "SELECT digest, definition FROM mcp_item WHERE server = ?";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, server.name());
      try (var rows = statement.executeQuery()) {
        var definitions = new HashMap<String, String>();
        while (rows.next()) {
          definitions.put(rows.getString(1), rows.getString(2));
        }
        return definitions;
      }
    }
  }

  void insert(ServerSettings server, Map<ItemKey, Seen> seen, Map<ItemKey, ItemStatus> added)
      throws SQLException {
    if (added.isEmpty()) {
      return;
    }
    var sql =
        "INSERT INTO mcp_item (server, digest, form, kind, name, origin, definition, status,"
            + " present, first_seen, decided_at, decided_by)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (var statement = connection.prepareStatement(sql)) {
      for (var entry : added.entrySet()) {
        var item = seen.get(entry.getKey());
        if (item == null) {
          continue;
        }
        boolean approved = entry.getValue() == ItemStatus.APPROVED;
        statement.setString(1, server.name());
        statement.setString(2, item.digest());
        statement.setInt(3, CanonicalForm.VERSION);
        statement.setString(4, entry.getKey().kind().label());
        statement.setString(5, entry.getKey().name());
        statement.setString(6, server.origin());
        statement.setString(7, new String(item.json(), StandardCharsets.UTF_8));
        statement.setString(8, entry.getValue().label());
        statement.setBoolean(9, true);
        statement.setObject(10, at(now));
        statement.setObject(11, approved ? at(now) : null);
        statement.setString(12, approved ? "approval: auto" : null);
        statement.addBatch();
      }
      run(statement);
    }
  }

  void decide(List<ItemRecord> items, ItemStatus status, String actor) throws SQLException {
    var sql =
        "UPDATE mcp_item SET status = ?, decided_at = ?, decided_by = ?"
            + " WHERE server = ? AND digest = ?";
    each(
        sql,
        items,
        (statement, _) -> {
          statement.setString(1, status.label());
          statement.setObject(2, at(now));
          statement.setString(3, actor);
          return 4;
        });
  }

  /** Notes of each that it is listed if it was not, and the other way round. */
  void turnPresent(List<ItemRecord> items) throws SQLException {
    var sql = "UPDATE mcp_item SET present = ? WHERE server = ? AND digest = ?";
    each(
        sql,
        items,
        (statement, known) -> {
          statement.setBoolean(1, !known.present());
          return 2;
        });
  }

  void delete(List<ItemRecord> items) throws SQLException {
    each(DELETE, items, (_, _) -> 1);
  }

  private record Older(String digest, String definition, ItemStatus status, boolean present) {}

  /**
   * Gives rows of the form before this one their digest of now. Where the server is was no part of
   * them, and is now what it was. Of two that only differed in an order one is left: rejected if
   * either was, else approved if either was.
   */
  private void bringUpToForm(ServerSettings server) throws SQLException {
    var groups = new TreeMap<String, List<Older>>();
    for (var one : older(server)) {
      var digest = Definitions.digest(server.origin(), ItemKind.TOOL, parsed(one.definition()));
      groups.computeIfAbsent(digest, _ -> new ArrayList<>()).add(one);
    }
    for (var group : groups.entrySet()) {
      var twins = group.getValue();
      twins.sort(Comparator.comparing(Older::status).reversed()); // as they stand: rejected first
      var kept =
          twins.stream()
              .filter(one -> one.status() != ItemStatus.CHANGED)
              .findFirst()
              .orElse(twins.getFirst());
      for (var one : twins) {
        if (!one.equals(kept)) {
          deleteOlder(server, one);
        }
      }
      boolean present = twins.stream().anyMatch(Older::present);
      update(server, kept, group.getKey(), present);
    }
  }

  private List<Older> older(ServerSettings server) throws SQLException {
    var sql =
        "SELECT digest, definition, status, present FROM mcp_item WHERE server = ? AND form < ?";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, server.name());
      statement.setInt(2, CanonicalForm.VERSION);
      try (var rows = statement.executeQuery()) {
        var older = new ArrayList<Older>();
        while (rows.next()) {
          var status = ItemStatus.of(rows.getString(3));
          older.add(new Older(rows.getString(1), rows.getString(2), status, rows.getBoolean(4)));
        }
        return older;
      }
    }
  }

  private void update(ServerSettings server, Older kept, String digest, boolean present)
      throws SQLException {
    var sql =
        "UPDATE mcp_item SET digest = ?, form = ?, origin = ?, present = ?"
            + " WHERE server = ? AND digest = ?";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, digest);
      statement.setInt(2, CanonicalForm.VERSION);
      statement.setString(3, server.origin());
      statement.setBoolean(4, present);
      statement.setString(5, server.name());
      statement.setString(6, kept.digest());
      statement.addBatch();
      run(statement);
    }
  }

  private void deleteOlder(ServerSettings server, Older one) throws SQLException {
    try (var statement = connection.prepareStatement(DELETE)) {
      statement.setString(1, server.name());
      statement.setString(2, one.digest());
      statement.addBatch();
      run(statement);
    }
  }

  private static ObjectNode parsed(String definition) {
    try {
      return (ObjectNode) Json.parseResult(definition.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("a stored definition was read before", e);
    }
  }

  private static ItemRecord toRecord(ResultSet row, String origin) throws SQLException {
    return new ItemRecord(
        row.getString("server"),
        new ItemKey(ItemKind.of(row.getString("kind")), row.getString("name")),
        row.getString("digest"),
        ItemStatus.of(row.getString("status")),
        row.getBoolean("present") && row.getString("origin").equals(origin),
        row.getObject("first_seen", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getObject("decided_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getString("decided_by")));
  }

  /** Puts what comes before the key into a statement, and says where the key goes. */
  @FunctionalInterface
  private interface Setting {
    int set(PreparedStatement statement, ItemRecord known) throws SQLException;
  }

  private void each(String sql, List<ItemRecord> items, Setting setting) throws SQLException {
    if (items.isEmpty()) {
      return;
    }
    try (var statement = connection.prepareStatement(sql)) {
      for (var known : items) {
        int at = setting.set(statement, known);
        statement.setString(at, known.server());
        statement.setString(at + 1, known.digest());
        statement.addBatch();
      }
      run(statement);
    }
  }

  private void run(PreparedStatement statement) throws SQLException {
    statement.executeBatch();
    changed = true;
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
