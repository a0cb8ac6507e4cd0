package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.GatewayConfig.Tls;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What can be found out before a gateway starts, without opening the store in its data directory.
 * Each check throws what the start would throw, or could where only that store would tell.
 */
public final class StartChecks {
  private StartChecks() {}

  /** Whether a directory can hold a gateway's data. It is not made, nor taken. */
  public static void data(Path directory) throws StartException {
    DataDirectory.check(directory);
  }

  /**
   * Whether the key that seals secrets can be used. None is made. Without one a store must not be
   * there: a start fails where something is sealed in it, which only opening it would tell.
   */
  public static void key(GatewayConfig config) throws StartException {
    var file = config.vaultKeyFile();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      var _ = OpenVault.kek(file, true);
    } else if (DataDirectory.hasStore(config.data())) {
      throw new StartException(
          "the key file "
              + file
              + " is missing, and there is a store in the data directory: if anything is sealed in"
              + " it, it cannot be opened without that key; put the key file back from your backup,"
              + " or name an empty directory with --data");
    }
  }

  /** Whether the admin token can be used, where it is there. None is made. */
  public static void adminToken(Path file) throws StartException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      var _ = Gateway.authenticator(file);
    }
  }

  /** Whether agents can be listened to. */
  public static void listen(GatewayConfig config) throws StartException {
    Listeners.check(config.listen(), ConfigKey.LISTEN_PORT, ConfigKey.LISTEN_HOST);
  }

  /** Whether the certificate that agents are shown can be used, where it is in files. */
  public static void tls(Tls config, InstantSource clock) throws StartException {
    DataTls.source(config, clock).close();
  }

  /** Whether administrators can be listened to. */
  public static void admin(GatewayConfig config) throws StartException {
    Listeners.check(config.admin(), ConfigKey.ADMIN_PORT, ConfigKey.ADMIN_HOST);
  }

  /** Whether a database that is not in the data directory answers. */
  public static void store(GatewayConfig config) throws StartException {
    if (!config.store().embedded()) {
      Database.open(config.store()).close();
    }
  }
}
