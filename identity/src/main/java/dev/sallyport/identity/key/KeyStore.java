package dev.sallyport.identity.key;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The digests of the keys that were given out, in the table {@code identity_virtual_key}. */
public final class KeyStore {
  private final DataSource dataSource;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  public KeyStore(DataSource dataSource, InstantSource clock) {
    this.dataSource = dataSource;
    this.clock = clock;
  }

  /**
   * Makes the key of a resource, unless it has one.
   *
   * @return the key's text if it was made now: the only time that it is known
   */
  public Optional<String> mintUnlessPresent(String name, Connection transaction)
      throws SQLException {
    try (var query =
        transaction.prepareStatement("SELECT 1 FROM identity_virtual_key WHERE name = ?")) {
      query.setString(1, name);
      try (var rows = query.executeQuery()) {
        if (rows.next()) {
          return Optional.empty();
        }
      }
    }
    var key = KeyText.mint(random);
    try (var insert =
        transaction.prepareStatement(
            "INSERT INTO identity_virtual_key (name, key_id, digest, created_at)"
                + " VALUES (?, ?, ?, ?)")) {
      insert.setString(1, name);
      insert.setString(2, key.id());
      insert.setString(3, key.digest());
      insert.setTimestamp(4, Timestamp.from(clock.instant()));
      insert.executeUpdate();
    }
    return Optional.of(key.text());
  }

  /** Forgets the key of a resource for ever. */
  public void forget(String name, Connection transaction) throws SQLException {
    try (var delete =
        transaction.prepareStatement("DELETE FROM identity_virtual_key WHERE name = ?")) {
      delete.setString(1, name);
      delete.executeUpdate();
    }
  }

  /** All keys, by their ids. */
  Map<String, StoredKey> load() throws SQLException {
    try (var connection = dataSource.getConnection();
        var query =
            connection.prepareStatement("SELECT key_id, name, digest FROM identity_virtual_key");
        var rows = query.executeQuery()) {
      var keys = new HashMap<String, StoredKey>();
      while (rows.next()) {
        keys.put(rows.getString(1), new StoredKey(rows.getString(2), rows.getString(3)));
      }
      return keys;
    }
  }

  /**
   * What is kept of a key.
   *
   * @param name the name of its resource
   * @param digest the digest of its text
   */
  record StoredKey(String name, String digest) {}
}
