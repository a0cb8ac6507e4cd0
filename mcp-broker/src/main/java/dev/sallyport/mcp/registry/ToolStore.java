package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Durability;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.mcp.registry.ToolDefinitions.Seen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import javax.sql.DataSource;

/** Keeps which definitions of tools were seen and decided. Thread-safe. */
public final class ToolStore {
  private static final String COLUMNS =
      "server, tool, digest, definition, status, present, first_seen, decided_at, decided_by";
  private static final int ATTEMPTS = 3;

  private final DataSource dataSource;
  private final InstantSource clock;

  /** A store over a database whose tables it makes if they are not there. */
  public ToolStore(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
    Migrations.run(dataSource, "mcp");
  }

  /** Whoever wrote first wins; a replica that saw the same at the same time reads it. */
  List<ToolRecord> observe(String server, Map<String, Seen> seen, boolean approveFirstSight)
      throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        var before = of(server);
        var after =
            inTransaction(connection -> record(connection, server, seen, approveFirstSight));
        if (!after.equals(before)) { // what was seen first is what later changes are told by
          sync();
        }
        return after;
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !isConflict(e)) {
          throw e;
        }
      }
    }
  }

  /** All records of one server. */
  List<ToolRecord> of(String server) throws SQLException {
    return inTransaction(connection -> read(connection, server));
  }

  /**
   * Approves definitions that the server lists now.
   *
   * @param digests by tool, that of the definition that is meant
   * @return those that were not approved before; it is on the disk by then
   * @throws Refusal with CONFLICT if another definition is listed; then none is approved
   */
  List<String> approve(String server, Map<String, String> digests, String actor)
      throws SQLException {
    return decideEach(
        server,
        ToolStatus.APPROVED,
        actor,
        known -> {
          var digest = digests.get(known.tool());
          if (digest != null && !digest.equals(known.digest())) {
            throw new Refusal(
                RefusalCode.CONFLICT,
                "The definition of a tool is another now than the one that was read. Read it"
                    + " again.");
          }
          return digest != null;
        });
  }

  /**
   * Rejects definitions that the server lists now.
   *
   * @param tool which; empty for all that are pending or changed
   * @return those that were decided; it is on the disk by then
   */
  List<String> reject(String server, Optional<String> tool, String actor) throws SQLException {
    return decideEach(server, ToolStatus.REJECTED, actor, known -> isMeant(known, tool));
  }

  private List<String> decideEach(
      String server, ToolStatus status, String actor, Predicate<ToolRecord> meant)
      throws SQLException {
    var names =
        inTransaction(connection -> {
          var decided = new ArrayList<String>();
          for (var known : read(connection, server)) {
            if (known.present() && meant.test(known) && known.status() != status) {
              decide(connection, known, status, actor);
              decided.add(known.tool());
            }
          }
          return decided;
        });
    sync();
    return names;
  }

  private static boolean isMeant(ToolRecord known, Optional<String> tool) {
    return tool.map(known.tool()::equals)
        .orElse(known.status() == ToolStatus.PENDING || known.status() == ToolStatus.CHANGED);
  }

  private void sync() throws SQLException {
    try (var connection = dataSource.getConnection()) {
      Durability.sync(connection);
    }
  }

  /** Forgets a server, in a transaction of the caller's. */
  static void forget(Connection connection, String server) throws SQLException {
    try (var statement = connection.prepareStatement("DELETE FROM mcp_tool WHERE server = ?")) {
      statement.setString(1, server);
      statement.executeUpdate();
    }
  }

  private List<ToolRecord> record(
      Connection connection, String server, Map<String, Seen> seen, boolean approveFirstSight)
      throws SQLException {
    var before = read(connection, server);
    for (var entry : seen.entrySet()) {
      var ofTool = before.stream().filter(r -> r.tool().equals(entry.getKey())).toList();
      var digest = entry.getValue().digest();
      if (ofTool.stream().noneMatch(known -> known.digest().equals(digest))) {
        insert(
            connection, server, entry.getKey(), entry.getValue(), first(ofTool, approveFirstSight));
      }
    }
    for (var known : before) {
      var now = seen.get(known.tool());
      boolean present = now != null && now.digest().equals(known.digest());
      boolean undecided =
          known.status() == ToolStatus.PENDING || known.status() == ToolStatus.CHANGED;
      if (!present && undecided) {
        delete(connection, known);
      } else if (present != known.present()) {
        setPresent(connection, known, present);
      }
    }
    return read(connection, server);
  }

  private static ToolStatus first(List<ToolRecord> ofTool, boolean approveFirstSight) {
    if (ofTool.stream().anyMatch(known -> known.status() == ToolStatus.APPROVED)) {
      return ToolStatus.CHANGED;
    }
    return approveFirstSight && ofTool.isEmpty() ? ToolStatus.APPROVED : ToolStatus.PENDING;
  }

  private static List<ToolRecord> read(Connection connection, String server) throws SQLException {
    var sql = "SELECT " + COLUMNS + " FROM mcp_tool WHERE server = ? ORDER BY tool, first_seen";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, server);
      try (var rows = statement.executeQuery()) {
        var records = new ArrayList<ToolRecord>();
        while (rows.next()) {
          records.add(toRecord(rows));
        }
        return records;
      }
    }
  }

  private static ToolRecord toRecord(ResultSet row) throws SQLException {
    return new ToolRecord(
        row.getString("server"),
        row.getString("tool"),
        row.getString("digest"),
        row.getString("definition"),
        ToolStatus.of(row.getString("status")),
        row.getBoolean("present"),
        row.getObject("first_seen", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getObject("decided_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getString("decided_by")));
  }

  private void insert(
      Connection connection, String server, String tool, Seen seen, ToolStatus status)
      throws SQLException {
    var sql = "INSERT INTO mcp_tool (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    boolean decided = status == ToolStatus.APPROVED;
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, server);
      statement.setString(2, tool);
      statement.setString(3, seen.digest());
      statement.setString(4, seen.json());
      statement.setString(5, status.label());
      statement.setBoolean(6, true);
      statement.setObject(7, at(clock.instant()));
      statement.setObject(8, decided ? at(clock.instant()) : null);
      statement.setString(9, decided ? "approval: auto" : null);
      statement.executeUpdate();
    }
  }

  private void decide(Connection connection, ToolRecord known, ToolStatus status, String actor)
      throws SQLException {
    var sql =
        "UPDATE mcp_tool SET status = ?, decided_at = ?, decided_by = ?"
            + " WHERE server = ? AND tool = ? AND digest = ?";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, status.label());
      statement.setObject(2, at(clock.instant()));
      statement.setString(3, actor);
      setKey(statement, 4, known);
      statement.executeUpdate();
    }
  }

  private static void setPresent(Connection connection, ToolRecord known, boolean present)
      throws SQLException {
    var sql = "UPDATE mcp_tool SET present = ? WHERE server = ? AND tool = ? AND digest = ?";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setBoolean(1, present);
      setKey(statement, 2, known);
      statement.executeUpdate();
    }
  }

  private static void delete(Connection connection, ToolRecord known) throws SQLException {
    var sql = "DELETE FROM mcp_tool WHERE server = ? AND tool = ? AND digest = ?";
    try (var statement = connection.prepareStatement(sql)) {
      setKey(statement, 1, known);
      statement.executeUpdate();
    }
  }

  private static void setKey(PreparedStatement statement, int from, ToolRecord known)
      throws SQLException {
    statement.setString(from, known.server());
    statement.setString(from + 1, known.tool());
    statement.setString(from + 2, known.digest());
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static boolean isConflict(SQLException e) {
    var state = e.getSQLState();
    return state != null && (state.startsWith("23") || state.startsWith("40"));
  }

  @FunctionalInterface
  private interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  private <T> T inTransaction(Work<T> work) throws SQLException {
    try (var connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var answer = work.in(connection);
        connection.commit();
        return answer;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }
}
