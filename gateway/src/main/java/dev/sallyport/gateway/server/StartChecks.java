package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.GatewayConfig.Tls;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What can be found out before a gateway starts, without changing anything. Each check throws what
 * the start would throw, or could where that cannot be told.
 */
public final class StartChecks {
  private StartChecks() {}

  /** Whether a directory can hold a gateway's data. It is not made, nor taken. */
  public static void data(Path directory) throws StartException {
    DataDirectory.check(directory);
  }

  /**
   * Whether the key that seals secrets can be used, and opens what is sealed in the store. None is
   * made. Without one, a store into which nobody can look must not be there.
   *
   * @param running whether a gateway has the data directory: an embedded store is not opened then
   */
  public static void key(GatewayConfig config, boolean running) throws StartException {
    var file = config.vaultKeyFile();
    boolean isThere = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    if (isThere) {
      var _ = OpenVault.kek(file, true);
    }
    var fault = faultOfKey(config, running);
    if (fault.isPresent()) {
      throw new StartException(fault.get());
    }
  }

  private static Optional<String> faultOfKey(GatewayConfig config, boolean running) {
    if (!(running && config.store().embedded())) {
      try {
        return StoreCheck.faultOfKey(config);
      } catch (StartException _) {
        return unlessLooked(config); // why it cannot be opened is said of the store
      }
    }
    return unlessLooked(config);
  }

  private static Optional<String> unlessLooked(GatewayConfig config) {
    var file = config.vaultKeyFile();
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !DataDirectory.hasStore(config.data())
        ? Optional.empty()
        : Optional.of(
            "the key file "
                + file
                + " is missing, and there is a store in the data directory: if anything is sealed"
                + " in it, it cannot be opened without that key; put the key file back from your"
                + " backup, or name an empty directory with --data");
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

  /**
   * Whether the store can be opened, and whether its tables and the rights of its user at
   * PostgreSQL are such that a gateway can work with them.
   *
   * @param running whether a gateway has the data directory: an embedded store is not opened then
   * @return what it is like
   */
  public static String store(GatewayConfig config, boolean running) throws StartException {
    return running && config.store().embedded()
        ? "open in the running gateway, and so not looked into"
        : StoreCheck.tables(config.store());
  }
}
