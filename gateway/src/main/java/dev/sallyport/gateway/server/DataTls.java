package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.GatewayConfig.ClientAuth;
import dev.sallyport.gateway.config.GatewayConfig.PemFiles;
import dev.sallyport.gateway.config.GatewayConfig.Tls;
import dev.sallyport.gateway.config.GatewayConfig.WorkloadApi;
import dev.sallyport.identity.tls.AgentCertificate;
import dev.sallyport.identity.tls.CertificateFiles;
import dev.sallyport.identity.tls.CertificateSource;
import dev.sallyport.identity.tls.HandshakeListener;
import dev.sallyport.identity.tls.ServerTls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * TLS for agents: the gateway's own certificate, and what is asked of them. Thread-safe.
 *
 * <p>The handshake asks for a certificate and demands none, also where each request must have one:
 * a refusal by the filter has an answer and a record, and probes need no certificate.
 */
final class DataTls implements AutoCloseable {
  private final Tls config;
  private final CertificateSource source;
  private final ConnectionAges ages;
  private final HandshakeListener failed;
  private final InstantSource clock;

  private DataTls(
      Tls config, CertificateSource source, HandshakeListener failed, InstantSource clock) {
    this.failed = failed;
    this.config = config;
    this.source = source;
    this.ages = new ConnectionAges(config.connectionAge(), clock);
    this.clock = clock;
  }

  /**
   * Reads the certificate, or begins to ask for it.
   *
   * @param failed is told of handshakes that fail
   * @throws StartException if it cannot be used
   */
  static DataTls open(Tls config, HandshakeListener failed, InstantSource clock)
      throws StartException {
    var source = source(config, clock);
    source.start();
    return new DataTls(config, source, failed, clock);
  }

  /**
   * Where the certificate comes from, not followed yet.
   *
   * @throws StartException if what is there cannot be used
   */
  static CertificateSource source(Tls config, InstantSource clock) throws StartException {
    try {
      return switch (config.certificate()) {
        case PemFiles files -> CertificateFiles.open(files.certificate(), files.key(), clock);
        case WorkloadApi api -> new AgentCertificate(api.address(), clock);
      };
    } catch (IllegalArgumentException e) {
      throw new StartException(
          "The TLS certificate cannot be used (%s): %s."
              .formatted(ConfigKey.TLS_CERTIFICATE_FILE.key(), e.getMessage()),
          e);
    }
  }

  /**
   * Has a listener speak TLS. It has to use plain sockets below: with the others the server asks
   * the name service for the name of each peer before its handshake.
   */
  void on(WebServerConfig.Builder server) {
    boolean asks = config.clientAuth() != ClientAuth.NONE;
    var context = ServerTls.context(source, asks, config.connectionAge(), failed);
    server
        .addConnectionSelector(ages)
        .tls(tls ->
            tls.sslContext(context)
                .enabledProtocols(List.of(ServerTls.VERSION))
                .clientAuth(asks ? TlsClientAuth.OPTIONAL : TlsClientAuth.NONE));
  }

  /** Whether no request goes on without a certificate. */
  boolean requiresCertificates() {
    return config.clientAuth() == ClientAuth.REQUIRED;
  }

  /** Whether the connection of a request is to be closed after its answer. */
  boolean isOver(ServerRequest request) {
    return ages.isOver(request);
  }

  /** Whether there is a certificate, and it holds. */
  boolean works() {
    return untilEnd().map(Duration::isPositive).orElse(false);
  }

  /** How long the certificate will hold. */
  Optional<Duration> untilEnd() {
    return source.newest().map(own -> Duration.between(clock.instant(), own.expiresAt()));
  }

  /** Looks whether there is a newer certificate. */
  void tick() {
    source.tick();
  }

  @Override
  public void close() {
    source.close();
  }
}
