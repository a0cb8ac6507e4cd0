package dev.sallyport.gateway.demo.peer;

import io.helidon.http.HeaderName;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/** What a peer is started with. */
final class PeerProcess {
  /** How long a connection may be silent: longer than clients keep one for the next request. */
  private static final Duration SILENCE = Duration.ofSeconds(100);

  private PeerProcess() {}

  /**
   * The environment of this process. It is the peer's own, which stands for somebody else's
   * program; the product's configuration is not read from it.
   */
  static Map<String, String> environment() {
    return Map.copyOf(new ProcessBuilder().environment());
  }

  /** A variable that must be there. */
  static String required(String name) {
    var value = environment().get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException("set " + name + " in the environment");
    }
    return value;
  }

  /** The port of {@code --port N}; any free one if it is not given. */
  static int port(String[] arguments) {
    var option = Arrays.asList(arguments).indexOf("--port");
    return option < 0 || option + 1 == arguments.length
        ? 0
        : Integer.parseInt(arguments[option + 1]);
  }

  /** Starts a server on the loopback interface. */
  static WebServer serve(int port, int maxBytes, Consumer<HttpRouting.Builder> routing) {
    return WebServer.builder()
        .address(InetAddress.getLoopbackAddress())
        .port(port)
        .maxPayloadSize(maxBytes)
        .connectionOptions(options -> options.readTimeout(SILENCE))
        .shutdownHook(false)
        .routing(routing)
        .build()
        .start();
  }

  /** Whether a request has just this in a header, compared in a time that tells nothing of it. */
  static boolean shows(ServerRequest request, HeaderName header, String expected) {
    return MessageDigest.isEqual(
        request.headers().first(header).orElse("").getBytes(StandardCharsets.UTF_8),
        expected.getBytes(StandardCharsets.UTF_8));
  }
}
