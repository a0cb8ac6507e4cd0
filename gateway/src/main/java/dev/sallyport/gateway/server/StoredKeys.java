package dev.sallyport.gateway.server;

import dev.sallyport.identity.audit.LedgerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;

/** The keys of evidence that the store in a data directory holds, read while no gateway runs. */
public final class StoredKeys {
  private StoredKeys() {}

  /** The written forms; none if there is no store there, or it cannot be read now. */
  public static List<String> of(Path data) {
    if (!Files.isRegularFile(data.resolve("store.mv.db"))) {
      return List.of();
    }
    var url =
        "jdbc:h2:file:"
            + data.toAbsolutePath().resolve("store")
            + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r;TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0";
    var user = new Properties();
    user.setProperty("user", "sa");
    user.setProperty("password", "");
    var ledger = LedgerConfig.in(DataDirectory.evidence(data));
    try (var connection = DriverManager.getConnection(url, user);
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select public_key from vault_signing_key")) {
      var keys = new ArrayList<String>();
      while (rows.next()) {
        var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(rows.getString(1)));
        keys.add(ledger.written(KeyFactory.getInstance("Ed25519").generatePublic(encoded)));
      }
      return keys;
    } catch (SQLException | GeneralSecurityException | IllegalArgumentException _) {
      return List.of();
    }
  }
}
