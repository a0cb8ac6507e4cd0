package dev.sallyport.gateway.server;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.GatewayConfig.Store;
import dev.sallyport.identity.store.Migrations;
import dev.sallyport.identity.store.PostgresRights;
import dev.sallyport.identity.store.TableState;
import dev.sallyport.vault.seal.Sealer;
import dev.sallyport.vault.seal.SecretStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** What a store holds, found out without changing it. */
final class StoreCheck {
  private static final List<String> MODULES = List.of("gateway", "identity", "llm", "mcp", "vault");

  private static final String CURRENT = "its tables are as this version has them";

  /** The most names of what a key does not open that are said. */
  private static final int MOST_NAMED = 10;

  /** H2's DATABASE_NOT_FOUND_WITH_IF_EXISTS_1. */
  private static final int NOT_THERE = 90_146;

  private StoreCheck() {}

  /**
   * Says how the tables stand.
   *
   * @throws StartException if a start would fail at them
   */
  static String tables(Store store) throws StartException {
    return in(
        store,
        "made at the first start",
        data -> {
          if (!store.embedded()) {
            refuse(data, connection -> PostgresRights.missing(connection, MODULES));
          }
          var states = states(data);
          if (states.equals(Set.of(TableState.CURRENT))) {
            return CURRENT + foreign(store, data).map(it -> ". " + it).orElse("");
          }
          if (!store.embedded()) {
            refuse(data, PostgresRights::missingToMakeTables);
            refuse(data, connection -> PostgresRights.missingToChangeTables(connection, MODULES));
          }
          return states.equals(Set.of(TableState.ABSENT))
              ? "empty (its tables are made at the first start)"
              : "its tables are brought up to date at the next start";
        });
  }

  /**
   * Looks at the tables of an open store before anything in it is migrated.
   *
   * @throws StartException if this version cannot work with them, such as those of a later one
   */
  static void refuseForeign(DataSource data) throws StartException {
    try {
      var _ = states(data);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /**
   * What is wrong with the key for what is sealed in a store; empty if nothing is.
   *
   * @throws StartException if that cannot be told
   */
  static Optional<String> faultOfKey(GatewayConfig config) throws StartException {
    var file = config.vaultKeyFile();
    boolean isThere = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    return in(
        config.store(),
        Optional.empty(),
        data -> {
          if (Migrations.state(data, "vault") == TableState.ABSENT
              || !SecretStore.anySealed(data)) {
            return Optional.empty();
          }
          if (!isThere) {
            return Optional.of(
                "the key file "
                    + file
                    + " is missing, and there are secrets sealed with it; put it back from your"
                    + " backup (a new one could open none of them)");
          }
          var unopened = SecretStore.unopened(data, new Sealer(OpenVault.kek(file, true)));
          return unopened.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  "the key file "
                      + file
                      + " does not open what is sealed in the store: "
                      + first(unopened)
                      + "; put back the key file with which that was sealed");
        });
  }

  /** The first names, and how many more there are. */
  private static String first(List<String> names) {
    var first = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMED)));
    return names.size() <= MOST_NAMED
        ? first
        : first + " and " + (names.size() - MOST_NAMED) + " more";
  }

  private static Set<TableState> states(DataSource data) throws SQLException, StartException {
    var states = EnumSet.noneOf(TableState.class);
    for (var module : MODULES) {
      var state = Migrations.state(data, module);
      switch (state) {
        case ABSENT, CURRENT, OLDER -> states.add(state);
        case BROKEN ->
            throw new StartException(
                "A migration of the store's tables of "
                    + module
                    + " failed, or is another in this version; put the store back from your"
                    + " backup, or start the version that made it.");
        case NEWER ->
            throw new StartException(
                "The store's tables of "
                    + module
                    + " are of a later version; start that one, or put the store back from your"
                    + " backup.");
      }
    }
    return states;
  }

  /** What would keep the next version from starting, though this one works. */
  private static Optional<String> foreign(Store store, DataSource data) throws SQLException {
    if (store.embedded()) {
      return Optional.empty();
    }
    try (var connection = data.getConnection()) {
      return PostgresRights.missingToChangeTables(connection, MODULES);
    }
  }

  private static void refuse(DataSource data, Rights rights) throws SQLException, StartException {
    try (var connection = data.getConnection()) {
      var missing = rights.missing(connection);
      if (missing.isPresent()) {
        throw new StartException(missing.get());
      }
    }
  }

  private static <T> T in(Store store, T unlessThere, Look<T> look) throws StartException {
    try {
      if (!store.embedded()) {
        try (var database = Database.open(store)) {
          return look.at(database.dataSource());
        }
      }
      var pool = reading(store);
      if (pool.isEmpty()) {
        return unlessThere;
      }
      try (var open = pool.get()) {
        return look.at(open);
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private static StartException unreadable(SQLException e) {
    return new StartException("The tables of the store cannot be read: " + e.getMessage(), e);
  }

  /** An embedded database, opened so that nothing in it changes; empty if there is none yet. */
  private static Optional<HikariDataSource> reading(Store store) throws StartException {
    var url = store.url() + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r";
    var config = Database.config(new Store(url, store.user(), store.passwordFile(), 2));
    try {
      return Optional.of(new HikariDataSource(config));
    } catch (PoolInitializationException e) {
      if (e.getCause() instanceof SQLException said && said.getErrorCode() == NOT_THERE) {
        return Optional.empty();
      }
      throw new StartException(Database.cannotOpen(e), e);
    }
  }

  /** Looks at an open store. */
  @FunctionalInterface
  private interface Look<T> {
    T at(DataSource data) throws SQLException, StartException;
  }

  /** Says in a sentence what may not be done, if anything may not. */
  @FunctionalInterface
  private interface Rights {
    Optional<String> missing(Connection connection) throws SQLException;
  }
}
