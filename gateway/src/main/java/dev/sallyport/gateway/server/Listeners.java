package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.GatewayConfig.Listen;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/** The two listeners of a gateway: for agents, and for administrators. */
final class Listeners implements AutoCloseable {
  private static final String ADMIN = "admin";
  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * How long a connection may be silent. Longer than the 30 seconds for which Java's client, and
   * the 90 for which Go's, keep one for the next request: whoever closes first can lose a request
   * that is on its way.
   */
  private static final Duration SILENCE = Duration.ofSeconds(100);

  private final GatewayConfig config;
  private final WebServer server;

  private Listeners(GatewayConfig config, WebServer server) {
    this.config = config;
    this.server = server;
  }

  /**
   * Listens.
   *
   * @throws StartException if a port is taken or an address is not of this machine
   */
  static Listeners open(
      GatewayConfig config,
      HttpRouting.Builder data,
      HttpRouting.Builder admin,
      Optional<DataTls> tls,
      RefusedRequests refused)
      throws StartException {
    check(config.listen(), ConfigKey.LISTEN_PORT, ConfigKey.LISTEN_HOST);
    check(config.admin(), ConfigKey.ADMIN_PORT, ConfigKey.ADMIN_HOST);
    try {
      var builder =
          WebServer.builder()
              .host(config.listen().host())
              .port(config.listen().port())
              .maxPayloadSize(config.limits().requestBytes())
              .connectionOptions(Listeners::connections)
              .directHandlers(TransportErrors.of("data", refused))
              .shutdownHook(false)
              .shutdownGracePeriod(GRACE)
              .featuresDiscoverServices(false)
              .routing(data)
              .putSocket(
                  ADMIN,
                  socket ->
                      socket
                          .host(config.admin().host())
                          .port(config.admin().port())
                          .maxPayloadSize(config.limits().requestBytes())
                          .connectionOptions(Listeners::connections)
                          .directHandlers(TransportErrors.of(ADMIN, refused))
                          .shutdownGracePeriod(GRACE)
                          .routing(admin));
      tls.ifPresent(it -> it.on(builder));
      return new Listeners(config, builder.build().start());
    } catch (RuntimeException e) {
      throw new StartException("The gateway cannot listen: " + e.getMessage(), e);
    }
  }

  /**
   * What holds for each connection. An event of a stream leaves when it is written, and does not
   * wait until the client has acknowledged the one before (40 ms, RFC 896).
   */
  static void connections(SocketOptions.Builder options) {
    options.readTimeout(SILENCE).tcpNoDelay(true);
  }

  URI data() {
    return config.dataUrl(server.port());
  }

  URI admin() {
    return config.adminUrl(server.port(ADMIN));
  }

  @Override
  public void close() {
    server.stop();
  }

  /** Says exactly what is wrong, which the server's own fault does not. */
  static void check(Listen listen, ConfigKey port, ConfigKey host) throws StartException {
    InetAddress address;
    try {
      address = InetAddress.getByName(listen.host());
    } catch (UnknownHostException e) {
      throw new StartException(
          "The address " + listen.host() + " is not known; change " + host.key() + ".", e);
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, listen.port()));
    } catch (IOException e) {
      throw new StartException(
          "Port %d on %s is in use or not allowed; choose another with %s, or stop what has it."
              .formatted(listen.port(), listen.host(), port.flag() + " (" + port.key() + ")"),
          e);
    }
  }
}
