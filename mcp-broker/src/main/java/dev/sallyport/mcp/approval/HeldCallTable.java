package dev.sallyport.mcp.approval;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.store.Durability;
import dev.sallyport.identity.store.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The rows of held calls. Each change is one conditional update: whoever comes second changes
 * nothing. Thread-safe.
 */
final class HeldCallTable {
  private static final int MOST_LISTED = 1_000;
  private static final String COLUMNS =
      "id, principal, turn_owner, on_behalf_of, turn, server, kind, name, pin, policy,"
          + " policy_version, rule, resource, action, status, created_at, expires_at, decided_at,"
          + " decided_by, used_by";
  private static final String SELECT = "SELECT " + COLUMNS + " FROM mcp_held_call";

  /** What waits for a decision, or is approved and not used yet. */
  private static final String WAITS =
      "live IS NOT NULL AND status IN ('pending', 'approved') AND expires_at > ?";

  private final DataSource dataSource;

  HeldCallTable(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The row that answers for calls of this digest, if there is one. */
  Optional<HeldCall> live(String digest) throws SQLException {
    return rows(SELECT + " WHERE live = ?", digest).stream().findFirst();
  }

  Optional<HeldCall> find(String id) throws SQLException {
    return rows(SELECT + " WHERE id = ?", id).stream().findFirst();
  }

  /** The oldest first of what waits, the newest first of the rest. */
  List<HeldCall> of(HeldStatus status) throws SQLException {
    var order = status == HeldStatus.PENDING ? "" : " DESC";
    return rows(
        SELECT + " WHERE status = ? ORDER BY created_at" + order + ", id LIMIT " + MOST_LISTED,
        status.label());
  }

  List<HeldCall> all() throws SQLException {
    return rows(SELECT + " ORDER BY created_at DESC, id LIMIT " + MOST_LISTED);
  }

  /** What answers for calls and should not any more. */
  List<HeldCall> over(Instant now) throws SQLException {
    return rows(SELECT + " WHERE live IS NOT NULL AND expires_at <= ? LIMIT " + MOST_LISTED, now);
  }

  /** What ended before this and is not in evidence yet, since a process died in between. */
  List<HeldCall> unrecorded(Instant before) throws SQLException {
    return rows(SELECT + " WHERE recorded = FALSE AND ended_at <= ? LIMIT " + MOST_LISTED, before);
  }

  /** The sealed content of a call. */
  Optional<String> content(String id) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement = prepared(connection, "SELECT content FROM mcp_held_call WHERE id = ?", id);
        var row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }

  /**
   * Adds a call that waits; it is on the disk by then.
   *
   * @return whether it did: not if there is a row for such calls already
   * @throws Refusal with RATE_LIMITED if too many wait
   */
  boolean add(String id, Bound bound, String sealed, Instant now, HeldCallLimits limits)
      throws SQLException {
    try (var connection = dataSource.getConnection()) {
      boolean absent =
          Transaction.in(connection, () -> add(connection, id, bound, sealed, now, limits));
      if (absent) {
        Durability.sync(connection);
      }
      return absent;
    }
  }

  private static boolean add(
      Connection connection,
      String id,
      Bound bound,
      String sealed,
      Instant now,
      HeldCallLimits limits)
      throws SQLException {
    var digest = bound.digest();
    lock(connection);
    boolean absent = count(connection, "live = ?", digest) == 0;
    if (absent) {
      requireRoom(connection, bound, now, limits);
      insert(connection, id, bound, digest, sealed, now, now.plus(bound.held().life()));
    }
    return absent;
  }

  /** Uses an approval up, if it still holds; that is on the disk by then. */
  boolean use(String id, String digest, CallId attempt, Instant now) throws SQLException {
    return change(
        "UPDATE mcp_held_call SET status = 'used', live = NULL, used_by = ?, ended_at = ?,"
            + " recorded = TRUE"
            + " WHERE id = ? AND live = ? AND status = 'approved' AND expires_at > ?",
        attempt.value(),
        now,
        id,
        digest,
        now);
  }

  /** Approves what waits and is not a call of the approver's own; on the disk by then. */
  boolean approve(String id, PrincipalId by, Instant now) throws SQLException {
    return change(
        "UPDATE mcp_held_call SET status = 'approved', decided_at = ?, decided_by = ?"
            + " WHERE id = ? AND status = 'pending' AND expires_at > ?"
            + " AND principal <> ? AND turn_owner <> ? AND on_behalf_of <> ?",
        now,
        by.value(),
        id,
        now,
        by.value(),
        by.value(),
        by.value());
  }

  /** Rejects what has not gone on; on the disk by then. */
  boolean reject(String id, PrincipalId by, Instant now) throws SQLException {
    return change(
        "UPDATE mcp_held_call SET status = 'rejected', decided_at = ?, decided_by = ?,"
            + " ended_at = ?, recorded = FALSE"
            + " WHERE id = ? AND status IN ('pending', 'approved') AND expires_at > ?",
        now,
        by.value(),
        now,
        id,
        now);
  }

  /** Withdraws what has not gone on for the one whose call it is; on the disk by then. */
  boolean withdraw(String id, Owner caller, Instant now) throws SQLException {
    return change(
        "UPDATE mcp_held_call SET status = 'withdrawn', live = NULL, ended_at = ?,"
            + " recorded = FALSE"
            + " WHERE id = ? AND status IN ('pending', 'approved') AND expires_at > ?"
            + " AND principal = ? AND on_behalf_of = ?",
        now,
        id,
        now,
        caller.agent().value(),
        user(caller));
  }

  /** Ends what is over and has not gone on. */
  boolean expire(String id, Instant now) throws SQLException {
    return change(
        "UPDATE mcp_held_call SET status = 'expired', live = NULL, ended_at = ?, recorded = FALSE"
            + " WHERE id = ? AND status IN ('pending', 'approved') AND expires_at <= ?",
        now,
        id,
        now);
  }

  /** Lets such calls be held anew after one was rejected. */
  void release(String id) throws SQLException {
    update("UPDATE mcp_held_call SET live = NULL WHERE id = ? AND status = 'rejected'", id);
  }

  /** Notes that evidence has how a call ended. */
  void recorded(String id) throws SQLException {
    update("UPDATE mcp_held_call SET recorded = TRUE WHERE id = ?", id);
  }

  /** Forgets what ended, is in evidence, and expired before this. */
  void forget(Instant before) throws SQLException {
    update(
        "DELETE FROM mcp_held_call WHERE live IS NULL AND recorded = TRUE AND expires_at <= ?",
        before);
  }

  private static void lock(Connection connection) throws SQLException {
    try (var statement =
            prepared(connection, "SELECT id FROM mcp_held_guard WHERE id = 1 FOR UPDATE");
        var row = statement.executeQuery()) {
      row.next();
    }
  }

  private static void requireRoom(
      Connection connection, Bound bound, Instant now, HeldCallLimits limits) throws SQLException {
    var user = user(bound.turnOwner());
    var own = WAITS + " AND principal = ? AND on_behalf_of = ?";
    if (count(connection, own, now, bound.principal(), user) >= limits.perPrincipal()
        || count(connection, WAITS, now) >= limits.overall()) {
      throw new Refusal(
              RefusalCode.RATE_LIMITED,
              "Too many calls wait for approval. Wait until some of them are decided.")
          .retryAfter(limits.retryAfter());
    }
  }

  private static long count(Connection connection, String where, Object... values)
      throws SQLException {
    var sql = "SELECT COUNT(*) FROM mcp_held_call WHERE " + where;
    try (var statement = prepared(connection, sql, values);
        var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void insert(
      Connection connection,
      String id,
      Bound bound,
      String digest,
      String sealed,
      Instant now,
      Instant expiresAt)
      throws SQLException {
    var sql =
        "INSERT INTO mcp_held_call (id, live, principal, turn_owner, on_behalf_of, turn, server,"
            + " kind, name, pin, content_digest, content, policy, policy_version, rule, resource,"
            + " action, status, created_at, expires_at, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
            + " ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, TRUE)";
    var rule = bound.held().by();
    try (var statement =
        prepared(
            connection,
            sql,
            id,
            digest,
            bound.principal(),
            bound.turnOwner().agent().value(),
            user(bound.turnOwner()),
            bound.action().caller().turn().id().value(),
            bound.what().server(),
            bound.what().kind(),
            bound.what().name(),
            bound.pin(),
            bound.contentDigest(),
            sealed,
            rule.policy(),
            rule.version(),
            rule.rule(),
            bound.held().resource(),
            bound.held().action(),
            now,
            expiresAt)) {
      statement.executeUpdate();
    }
  }

  /** Empty where the owner acts on its own. */
  private static String user(Owner owner) {
    return owner.user().map(PrincipalId::value).orElse("");
  }

  private boolean change(String sql, Object... values) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement = prepared(connection, sql, values)) {
      boolean changed = statement.executeUpdate() == 1;
      if (changed) {
        Durability.sync(connection);
      }
      return changed;
    }
  }

  private void update(String sql, Object... values) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement = prepared(connection, sql, values)) {
      statement.executeUpdate();
    }
  }

  private List<HeldCall> rows(String sql, Object... values) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement = prepared(connection, sql, values);
        var row = statement.executeQuery()) {
      var calls = new ArrayList<HeldCall>();
      while (row.next()) {
        calls.add(call(row));
      }
      return calls;
    }
  }

  private static HeldCall call(ResultSet row) throws SQLException {
    return new HeldCall(
        row.getString("id"),
        row.getString("principal"),
        row.getString("turn_owner"),
        Optional.of(row.getString("on_behalf_of")).filter(user -> !user.isEmpty()),
        row.getString("turn"),
        row.getString("server"),
        row.getString("kind"),
        row.getString("name"),
        row.getString("pin"),
        new Rule(row.getString("policy"), row.getString("policy_version"), row.getString("rule")),
        row.getString("resource"),
        row.getString("action"),
        HeldStatus.find(row.getString("status")).orElseThrow(() -> new SQLException("no status")),
        instant(row, "created_at").orElseThrow(),
        instant(row, "expires_at").orElseThrow(),
        instant(row, "decided_at"),
        Optional.ofNullable(row.getString("decided_by")),
        Optional.ofNullable(row.getString("used_by")));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private static PreparedStatement prepared(Connection connection, String sql, Object... values)
      throws SQLException {
    var statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        switch (values[i]) {
          case Instant instant -> statement.setObject(i + 1, instant.atOffset(ZoneOffset.UTC));
          case Object other -> statement.setObject(i + 1, other);
        }
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
