package dev.sallyport.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway is told when it starts. {@link ConfigKey} says what each part means.
 *
 * @param data an absolute path
 * @param audiences at least one
 */
public record GatewayConfig(
    Path data,
    Listen listen,
    Listen admin,
    Optional<URI> publicUrl,
    List<String> audiences,
    Set<String> allowedOrigins,
    Limits limits,
    Store store,
    Path vaultKeyFile,
    Optional<String> quarantineModel,
    LogLevel logLevel) {
  public GatewayConfig {
    audiences = List.copyOf(audiences);
    allowedOrigins = Set.copyOf(allowedOrigins);
  }

  /** An address to listen on; port 0 takes any free one. */
  public record Listen(String host, int port) {
    /** The address as a URL, once the port is known. */
    public String url(int realPort) {
      var name = host.contains(":") ? "[" + host + "]" : host;
      return "http://" + name + ":" + realPort;
    }
  }

  /**
   * What is not taken beyond.
   *
   * @param requestBytes the most bytes of body that a request may have
   * @param drain how long requests under way may go on when the gateway stops
   */
  public record Limits(long requestBytes, Duration drain) {}

  /**
   * How to reach the database.
   *
   * @param passwordFile the file whose first line is the password
   */
  public record Store(String url, String user, Optional<Path> passwordFile, int connections) {
    /** Whether the database is a part of this process. */
    public boolean embedded() {
      return url.startsWith("jdbc:h2:");
    }
  }

  /** How much is logged. */
  public enum LogLevel {
    ERROR,
    WARNING,
    INFO,
    DEBUG
  }
}
