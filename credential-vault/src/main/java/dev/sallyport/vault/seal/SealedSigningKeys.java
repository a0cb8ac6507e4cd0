package dev.sallyport.vault.seal;

import dev.sallyport.identity.audit.SigningKeys;
import dev.sallyport.identity.store.Durability;
import dev.sallyport.vault.seal.Sealer.Context;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * An Ed25519 key that signs for all gateways on one database, sealed like a secret; made at the
 * first start. Thread-safe.
 */
public final class SealedSigningKeys implements SigningKeys {
  /** The key that signs checkpoints of evidence. */
  public static final String EVIDENCE = "evidence-1";

  /** The key that signs tokens of the gateway's own. */
  public static final String TOKENS = "tokens-1";

  /** The class of SQL states that say that a row would break a constraint, such as a key twice. */
  private static final String KEY_IS_TAKEN = "23";

  private final String keyId;
  private final PublicKey publicKey;
  private final PrivateKey privateKey;

  private SealedSigningKeys(String keyId, PublicKey publicKey, PrivateKey privateKey) {
    this.keyId = keyId;
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /**
   * Opens a key, or makes it. Of several that do so at the same time, all open the same.
   *
   * @throws KekException if it does not open with the present key-encryption key, or its public
   *     half, which is not sealed, is not its own
   */
  public static SealedSigningKeys open(
      String keyId, DataSource dataSource, Sealer sealer, InstantSource clock)
      throws SQLException, KekException {
    try (var connection = dataSource.getConnection()) {
      var known = find(keyId, connection, sealer);
      if (known.isPresent()) {
        return known.get();
      }
      create(keyId, connection, sealer, clock);
      return find(keyId, connection, sealer)
          .orElseThrow(() -> new SQLException("the signing key was taken away"));
    } catch (GeneralSecurityException _) {
      throw new KekException(
          "the secrets were sealed with another key file than the present one; put the old one"
              + " back from your backup");
    }
  }

  private static Optional<SealedSigningKeys> find(
      String keyId, Connection connection, Sealer sealer)
      throws SQLException, GeneralSecurityException, KekException {
    try (var select =
        connection.prepareStatement(
            "select public_key, ciphertext from vault_signing_key where key_id = ?")) {
      select.setString(1, keyId);
      try (var rows = select.executeQuery()) {
        return rows.next()
            ? Optional.of(read(keyId, rows.getString(1), rows.getString(2), sealer))
            : Optional.empty();
      }
    }
  }

  private static SealedSigningKeys read(
      String keyId, String publicKey, String sealed, Sealer sealer)
      throws GeneralSecurityException, KekException {
    var encoded = sealer.open(sealed, context(keyId));
    try {
      var privateKey =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return new SealedSigningKeys(keyId, publicHalf(keyId, publicKey, privateKey), privateKey);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** The public half, which anybody could have changed who writes to the database. */
  private static PublicKey publicHalf(String keyId, String encoded, PrivateKey privateKey)
      throws GeneralSecurityException, KekException {
    try {
      var bytes = Base64.getDecoder().decode(encoded);
      var key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(bytes));
      var check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(bytes);
      if (check.verify(signature(privateKey, bytes))) {
        return key;
      }
    } catch (IllegalArgumentException | InvalidKeySpecException | SignatureException _) {
      // No key, or not one of this kind: as bad as another's.
    }
    throw new KekException(
        "the public half of the signing key "
            + keyId
            + " in the database is not that of its private half: somebody changed it; put the"
            + " database back from your backup");
  }

  private static Context context(String keyId) {
    return new Context("signing-key", keyId, 1);
  }

  /** Makes the key, unless another made it in the meantime. */
  private static void create(
      String keyId, Connection connection, Sealer sealer, InstantSource clock)
      throws SQLException, GeneralSecurityException {
    var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    try (var insert =
        connection.prepareStatement(
            "insert into vault_signing_key"
                + " (key_id, kek_id, public_key, ciphertext, created_at)"
                + " values (?, ?, ?, ?, ?)")) {
      insert.setString(1, keyId);
      insert.setString(2, sealer.kekId());
      insert.setString(3, Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
      insert.setString(4, sealer.seal(pair.getPrivate().getEncoded(), context(keyId)));
      insert.setObject(5, clock.instant().atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
      Durability.sync(connection);
    } catch (SQLException e) {
      if (!String.valueOf(e.getSQLState()).startsWith(KEY_IS_TAKEN)) {
        throw e;
      }
    }
  }

  @Override
  public String keyId() {
    return keyId;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      return signature(privateKey, message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  private static byte[] signature(PrivateKey privateKey, byte[] message)
      throws GeneralSecurityException {
    var signature = Signature.getInstance("Ed25519");
    signature.initSign(privateKey);
    signature.update(message);
    return signature.sign();
  }
}
