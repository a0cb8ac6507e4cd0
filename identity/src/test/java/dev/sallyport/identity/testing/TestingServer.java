package dev.sallyport.identity.testing;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.InetAddress;
import java.net.URI;
import java.util.function.Consumer;

/** A Helidon server on a free port of the loopback interface, for routes under test. */
public final class TestingServer implements AutoCloseable {
  private final WebServer server;

  public TestingServer(Consumer<HttpRouting.Builder> routes) {
    server =
        WebServer.builder()
            .address(InetAddress.getLoopbackAddress())
            .port(0)
            .shutdownHook(false)
            .routing(routes)
            .build()
            .start();
  }

  public int port() {
    return server.port();
  }

  /** The address of a path that begins with a slash. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  @Override
  public void close() {
    server.stop();
  }
}
