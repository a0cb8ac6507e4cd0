package dev.sallyport.gateway.config;

import dev.sallyport.identity.grant.Approvers;
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
 * @param approvers who decides held calls, where that is not the admin token
 * @param audiences at least one
 * @param nonceWindow how long a nonce for proofs of keys is given out; empty if none is asked for
 */
public record GatewayConfig(
    Path data,
    Listen listen,
    Listen admin,
    Approvers approvers,
    Optional<Tls> tls,
    Optional<URI> publicUrl,
    List<String> audiences,
    Svids svids,
    Set<String> allowedOrigins,
    Optional<Duration> nonceWindow,
    Limits limits,
    Store store,
    Path vaultKeyFile,
    Questions questions,
    LogLevel logLevel) {
  public GatewayConfig {
    audiences = List.copyOf(audiences);
    allowedOrigins = Set.copyOf(allowedOrigins);
  }

  /** Where agents connect, once the port is known. */
  public URI dataUrl(int realPort) {
    return URI.create(listen.url(tls.isPresent(), realPort));
  }

  /** Where administrators connect, once the port is known. */
  public URI adminUrl(int realPort) {
    return URI.create(admin.url(false, realPort));
  }

  /** An address to listen on; port 0 takes any free one. */
  public record Listen(String host, int port) {
    /** The address as a URL, by HTTPS or HTTP. */
    String url(boolean secure, int realPort) {
      var name = host.contains(":") ? "[" + host + "]" : host;
      return (secure ? "https://" : "http://") + name + ":" + realPort;
    }
  }

  /**
   * What JWT-SVIDs may be.
   *
   * @param otherAudiences whether they may name others than this gateway
   * @param longest how far away their end may be
   */
  public record Svids(OtherAudiences otherAudiences, Duration longest) {}

  /** Whether a token may name audiences beside this gateway. */
  public enum OtherAudiences {
    /** It names this gateway alone. */
    REFUSED,
    /** It names this gateway among others. */
    ALLOWED
  }

  /**
   * How agents are listened to by TLS.
   *
   * @param certificate where the gateway's own certificate comes from
   * @param clientAuth whether agents show one
   * @param connectionAge how old a connection may be for one more request
   */
  public record Tls(CertificateOrigin certificate, ClientAuth clientAuth, Duration connectionAge) {}

  /** Where the gateway's own certificate comes from. */
  public sealed interface CertificateOrigin {}

  /** From PEM files. */
  public record PemFiles(Path certificate, Path key) implements CertificateOrigin {}

  /** From a SPIFFE Workload API, at {@code unix:/path} or {@code tcp://IP:port}. */
  public record WorkloadApi(String address) implements CertificateOrigin {}

  /** Whether agents are asked for a certificate. */
  public enum ClientAuth {
    /** They are not asked. */
    NONE,
    /** They are asked, and may do without. */
    OPTIONAL,
    /** No request goes on without one. */
    REQUIRED
  }

  /**
   * What is not taken beyond.
   *
   * @param requestBytes the most bytes of body that a request may have
   * @param connections the most connections of agents at a time
   * @param adminConnections the most connections of administrators at a time
   * @param drain how long requests under way may go on when the gateway stops
   */
  public record Limits(long requestBytes, int connections, int adminConnections, Duration drain) {}

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

  /**
   * How questions about quarantined content are answered.
   *
   * @param model the alias of the model that answers
   * @param timeout how long it may take for one answer
   */
  public record Questions(Optional<String> model, Duration timeout) {}

  /** How much is logged. */
  public enum LogLevel {
    ERROR,
    WARNING,
    INFO,
    DEBUG
  }
}
