package dev.sallyport.vault.seal;

import dev.sallyport.vault.seal.Sealer.Context;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.sql.DataSource;

/** The sealed values of credentials. In memory, too, they are kept sealed. Thread-safe. */
public final class SecretStore {
  private final DataSource dataSource;
  private final Sealer sealer;
  private final InstantSource clock;
  private final ShortSeal memory = new ShortSeal();
  private final ConcurrentMap<Row, ShortSeal.Sealed> kept = new ConcurrentHashMap<>();

  public SecretStore(DataSource dataSource, Sealer sealer, InstantSource clock) {
    this.dataSource = dataSource;
    this.sealer = sealer;
    this.clock = clock;
  }

  InstantSource clock() {
    return clock;
  }

  /** Whether anything at all is sealed in a database, whatever the key. */
  public static boolean anySealed(DataSource dataSource) throws SQLException {
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select (select count(*) from vault_secret)"
                    + " + (select count(*) from vault_signing_key)")) {
      rows.next();
      return rows.getLong(1) > 0;
    }
  }

  /**
   * Names what is sealed in a database and does not open with a key, and keeps nothing of what
   * does: the credentials by their newest values, and the signing keys. A value that was destroyed
   * is none.
   */
  public static List<String> unopened(DataSource dataSource, Sealer sealer) throws SQLException {
    var unopened = new ArrayList<String>();
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select 'credential', credential, version, ciphertext from vault_secret one"
                    + " where ciphertext <> '' and version ="
                    + " (select max(version) from vault_secret where credential = one.credential)"
                    + " union all"
                    + " select 'signing-key', key_id, 1, ciphertext from vault_signing_key"
                    + " order by 1, 2")) {
      while (rows.next()) {
        var context = new Context(rows.getString(1), rows.getString(2), rows.getInt(3));
        try {
          Arrays.fill(sealer.open(rows.getString(4), context), (byte) 0);
        } catch (GeneralSecurityException _) {
          unopened.add(context.name());
        }
      }
    }
    return List.copyOf(unopened);
  }

  /**
   * Keeps a value, as a new version if it differs from the newest.
   *
   * @return the version that it has
   * @throws GeneralSecurityException if the newest cannot be opened to compare
   */
  int put(Connection transaction, String credential, byte[] secret)
      throws SQLException, GeneralSecurityException {
    int newest = newestVersion(transaction, credential);
    if (newest > 0) {
      var row = new Row(credential, newest);
      var kept = read(transaction, row).orElseThrow(() -> new SQLException("a row vanished"));
      if (!kept.isEmpty() && opensTo(kept, row, secret)) {
        return newest;
      }
    }
    var row = new Row(credential, newest + 1);
    try (var insert =
        transaction.prepareStatement(
            "insert into vault_secret (credential, version, kek_id, ciphertext, created_at)"
                + " values (?, ?, ?, ?, ?)")) {
      insert.setString(1, credential);
      insert.setInt(2, row.version());
      insert.setString(3, sealer.kekId());
      insert.setString(4, sealer.seal(secret, row.context()));
      insert.setObject(5, clock.instant().atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
    }
    return row.version();
  }

  private boolean opensTo(String ciphertext, Row row, byte[] secret)
      throws GeneralSecurityException {
    var present = sealer.open(ciphertext, row.context());
    boolean same = MessageDigest.isEqual(present, secret);
    Arrays.fill(present, (byte) 0);
    return same;
  }

  /**
   * Destroys every version of a credential's value. Their numbers stay, so that none is ever given
   * to another value.
   */
  void destroy(Connection transaction, String credential) throws SQLException {
    try (var update =
        transaction.prepareStatement(
            "update vault_secret set ciphertext = '' where credential = ?")) {
      update.setString(1, credential);
      update.executeUpdate();
    }
  }

  /** Keeps in memory none but these. */
  void retain(Set<String> credentials) {
    kept.keySet().removeIf(row -> !credentials.contains(row.credential()));
  }

  /** The newest version of a credential's value; 0 if it has none. */
  int newestVersion(Connection transaction, String credential) throws SQLException {
    try (var select =
        transaction.prepareStatement(
            "select coalesce(max(version), 0) from vault_secret where credential = ?")) {
      select.setString(1, credential);
      try (var rows = select.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  /**
   * Opens one version of a credential's value. The caller clears it.
   *
   * @throws GeneralSecurityException if it is not there, was changed, or the key is another
   */
  byte[] open(String credential, int version) throws SQLException, GeneralSecurityException {
    var row = new Row(credential, version);
    var sealed = kept.get(row);
    if (sealed != null) {
      return memory.open(sealed, row.context());
    }
    try (var connection = dataSource.getConnection()) {
      var ciphertext =
          read(connection, row)
              .orElseThrow(() -> new GeneralSecurityException("there is no such version"));
      var opened = sealer.open(ciphertext, row.context());
      kept.put(row, memory.seal(opened, row.context()));
      return opened;
    }
  }

  private static Optional<String> read(Connection connection, Row row) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "select ciphertext from vault_secret where credential = ? and version = ?")) {
      select.setString(1, row.credential());
      select.setInt(2, row.version());
      try (var rows = select.executeQuery()) {
        return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
      }
    }
  }

  private record Row(String credential, int version) {
    Context context() {
      return new Context("credential", credential, version);
    }
  }
}
