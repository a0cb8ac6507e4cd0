package dev.sallyport.mcp.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.identity.testing.Warnings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What administrators are told of servers over HTTP that cannot be asked what they have. */
class UnreachableServerTest {
  private static final Logger LOG = Logger.getLogger(Inspector.class.getName());

  private final RegistryScene scene = new RegistryScene();
  private final Warnings warnings = new Warnings();

  @BeforeEach
  void listen() {
    LOG.addHandler(warnings);
  }

  @AfterEach
  void close() {
    scene.close();
    LOG.removeHandler(warnings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | upstream_rejected | the upstream answered with status 401; look at its Credential",
        "404 | upstream_rejected | the upstream answered with status 404; look at its url: no MCP"
            + " is spoken there",
        "503 | upstream_unavailable | the upstream answered with status 503",
        "200 | upstream_malformed | the upstream answered with what is no message of MCP; look at"
            + " its url",
      })
  void saysWhatAServerAnsweredAndNothingThatItWrote(int status, String reason, String trouble)
      throws Exception {
    var server = answering(status, "words of the server");
    try {
      var seen = unreachable(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));

      assertThat(seen.reason()).contains(reason);
      assertThat(seen.trouble()).contains(trouble);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void saysThatNobodyListensAndLogsItOnce() throws Exception {
    try (var silent = new Socket()) { // has the port, so that nobody else listens there
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var seen = unreachable(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/mcp"));
      scene.registry.suspect("crm");
      assertThat(scene.registry.settle("crm", RegistryScene.PATIENCE)).isFalse();

      assertThat(seen.trouble()).contains("the upstream takes no connection");
    }
    assertThat(warnings.all())
        .containsExactly(
            "server crm is unreachable (upstream_unavailable): the upstream takes no connection");
  }

  private ServerStatus unreachable(URI url) throws Exception {
    scene.apply("crm", RegistryScene.spec(url, "auto"));
    assertThat(scene.registry.settle("crm", RegistryScene.PATIENCE)).isFalse();
    return scene.registry.status("crm").orElseThrow();
  }

  private static HttpServer answering(int status, String text) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    server.start();
    return server;
  }
}
