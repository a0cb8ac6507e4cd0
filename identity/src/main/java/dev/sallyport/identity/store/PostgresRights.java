package dev.sallyport.identity.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the user of a PostgreSQL database may do there. Nothing is changed. */
public final class PostgresRights {
  private static final String CLOSED =
      "not (has_table_privilege(c.oid, 'SELECT') and has_table_privilege(c.oid, 'INSERT')"
          + " and has_table_privilege(c.oid, 'UPDATE') and has_table_privilege(c.oid, 'DELETE'))";

  private PostgresRights() {}

  /**
   * What keeps the user from working with the tables that are there, as one sentence; empty if
   * nothing does.
   *
   * @param modules whose tables are meant
   */
  public static Optional<String> missing(Connection connection, List<String> modules)
      throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select current_user, current_schema(),"
                    + " current_setting('transaction_read_only')")) {
      row.next();
      var user = row.getString(1);
      if (row.getString(2) == null) {
        return Optional.of(
            "The user " + user + " has no schema: none that its search_path names is there.");
      }
      if ("on".equals(row.getString(3))) {
        return Optional.of("The database can only be read: name the one that can be written.");
      }
      var closed = tables(connection, modules, CLOSED);
      return closed.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "The user "
                  + user
                  + " may not read and write the tables "
                  + String.join(", ", closed)
                  + ": make it their owner.");
    }
  }

  /** What keeps the user from making tables, as one sentence; empty if nothing does. */
  public static Optional<String> missingToMakeTables(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select quote_ident(current_user), quote_ident(current_schema()),"
                    + " has_schema_privilege(current_schema(), 'CREATE')")) {
      row.next();
      return row.getBoolean(3)
          ? Optional.empty()
          : Optional.of(
              "The user %s may not make tables, which the next start has to: as an owner of the"
                      .formatted(row.getString(1))
                  + " database, GRANT CREATE ON SCHEMA %s TO %s;"
                      .formatted(row.getString(2), row.getString(1)));
    }
  }

  /**
   * What keeps the user from changing the tables that are there, as migrations do, as one sentence;
   * empty if nothing does.
   *
   * @param modules whose tables are meant
   */
  public static Optional<String> missingToChangeTables(Connection connection, List<String> modules)
      throws SQLException {
    var foreign = tables(connection, modules, "not pg_has_role(c.relowner, 'USAGE')");
    if (foreign.isEmpty()) {
      return Optional.empty();
    }
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select current_user")) {
      row.next();
      return Optional.of(
          "The user "
              + row.getString(1)
              + " does not own the tables "
              + String.join(", ", foreign)
              + ", which the migrations of a new version may have to change: make it their owner.");
    }
  }

  /** The tables of modules for which a condition on {@code pg_class c} holds. */
  private static List<String> tables(Connection connection, List<String> modules, String condition)
      throws SQLException {
    var tables = new ArrayList<String>();
    try (var select =
        connection.prepareStatement(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where"
                + " n.nspname = current_schema() and c.relkind = 'r' and c.relname ~ ? and "
                + condition
                + " order by 1")) {
      select.setString(1, "^(" + String.join("|", modules) + ")_");
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
    }
    return tables;
  }
}
