package dev.sallyport.gateway.server;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.config.GatewayConfig;
import dev.sallyport.gateway.config.GatewayConfig.Listen;
import dev.sallyport.identity.http.CrossOrigin;
import dev.sallyport.identity.http.Origins;
import io.helidon.http.HttpLogConfig;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
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
  /** HTTP without a header that says what is the rule, and without a log of what passes. */
  static final Http1Config HTTP =
      Http1Config.builder()
          .sendKeepAliveHeader(false)
          .log(HttpLogConfig.builder().receiveLog(false).sendLog(false).build())
          .build();

  private static final String ADMIN = "admin";
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final GatewayConfig config;
  private final WebServer server;

  private Listeners(GatewayConfig config, WebServer server) {
    this.config = config;
    this.server = server;
  }

  /** What a listener answers, and how long it waits for what to answer. */
  record Routes(HttpRouting.Builder routing, ClientDeadlines deadlines) {
    static Routes create() {
      return of(new ClientDeadlines());
    }

    static Routes of(ClientDeadlines deadlines) {
      return new Routes(HttpRouting.builder().addFilter(deadlines), deadlines);
    }
  }

  /**
   * Listens.
   *
   * @throws StartException if a port is taken or an address is not of this machine
   */
  static Listeners open(
      GatewayConfig config,
      Routes data,
      Routes admin,
      Optional<DataTls> tls,
      RefusedRequests refused)
      throws StartException {
    check(config);
    long most = config.limits().requestBytes();
    var crossOrigin = new CrossOrigin(new Origins(config.allowedOrigins()));
    try {
      var builder = WebServer.builder().shutdownHook(false).featuresDiscoverServices(false);
      listen(builder, config.listen(), data, most);
      builder
          .maxTcpConnections(config.limits().connections())
          .directHandlers(TransportErrors.of("data", refused, crossOrigin::tell))
          .putSocket(
              ADMIN,
              socket ->
                  listen(socket, config.admin(), admin, most)
                      .maxTcpConnections(config.limits().adminConnections())
                      .directHandlers(TransportErrors.of(ADMIN, refused, (_, _) -> {})));
      tls.ifPresent(it -> it.on(builder));
      return new Listeners(config, builder.build().start());
    } catch (RuntimeException e) {
      throw new StartException("The gateway cannot listen: " + e.getMessage(), e);
    }
  }

  /**
   * What is the same for each listener. They use plain sockets: the others have no deadlines, and
   * larger buffers. What is written is whole, and needs none.
   */
  static <B extends ListenerConfig.BuilderBase<B, P>, P extends ListenerConfig> B listen(
      B socket, Listen listen, Routes routes, long mostPayload) {
    return socket
        .host(listen.host())
        .port(listen.port())
        .maxPayloadSize(mostPayload)
        .useNio(false)
        .writeBufferSize(0)
        .contentEncoding(new UndecodedBodies())
        .connectionOptions(routes.deadlines())
        .protocolsDiscoverServices(false)
        .addProtocol(HTTP)
        .shutdownGracePeriod(GRACE)
        .routing(routes.routing());
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

  /** Whether both addresses can be listened to now. */
  static void check(GatewayConfig config) throws StartException {
    check(config.listen(), ConfigKey.LISTEN_PORT, ConfigKey.LISTEN_HOST);
    check(config.admin(), ConfigKey.ADMIN_PORT, ConfigKey.ADMIN_HOST);
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
