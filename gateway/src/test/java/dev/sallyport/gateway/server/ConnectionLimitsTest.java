package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.gateway.config.ConfigKey;
import dev.sallyport.gateway.testing.TestingGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many connections a listener has at a time, and that the listeners share no bound. */
@Timeout(60)
class ConnectionLimitsTest {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int UNANSWERED_MILLIS = 300;

  @TempDir private Path folder;

  @Test
  void answersAsManyConnectionsAsItMayHaveAndOneMoreOnceOneEnds() throws IOException {
    var two = Map.of(ConfigKey.CONNECTIONS, "2");
    try (var gateway = TestingGateway.start(folder, two, Map.of());
        var first = new Client(gateway.data(), "/health/live");
        var second = new Client(gateway.data(), "/health/live")) {
      assertThat(first.ask()).contains(" 200 ");
      assertThat(second.ask()).contains(" 200 ");
      try (var third = new Client(gateway.data(), "/health/live")) {
        third.send();
        third.awaitNothing();
        assertThat(second.ask()).contains(" 200 ");

        first.end();

        assertThat(third.answer()).contains(" 200 ");
      }
    }
  }

  /** Whoever sends a byte of a head now and then has a connection, and takes no more than that. */
  @Test
  void countsAConnectionWhoseRequestIsNotWholeAndAnswersTheOthers() throws IOException {
    var two = Map.of(ConfigKey.CONNECTIONS, "2");
    try (var gateway = TestingGateway.start(folder, two, Map.of());
        var slow = new Client(gateway.data(), "/health/live")) {
      slow.send("GET /health/live HT");
      try (var other = new Client(gateway.data(), "/health/live")) {
        assertThat(other.ask()).contains(" 200 ");
        slow.send("TP/1.1\r\nHost: ");
        assertThat(other.ask()).contains(" 200 ");
      }
      slow.send("localhost\r\n\r\n");

      assertThat(slow.answer()).contains(" 200 ");
    }
  }

  /** The tests' own client of the control plane keeps one of these connections. */
  @Test
  void hasABoundForEachListener() throws IOException {
    var bounds = Map.of(ConfigKey.CONNECTIONS, "1", ConfigKey.ADMIN_CONNECTIONS, "2");
    try (var gateway = TestingGateway.start(folder, bounds, Map.of());
        var data = new Client(gateway.data(), "/health/live")) {
      assertThat(data.ask()).contains(" 200 ");
      try (var admin = new Client(gateway.gateway().admin(), "/metrics")) {
        assertThat(admin.ask()).contains(" 401 ");
        try (var moreAdmin = new Client(gateway.gateway().admin(), "/metrics");
            var moreData = new Client(gateway.data(), "/health/live")) {
          moreAdmin.send();
          moreData.send();
          moreAdmin.awaitNothing();
          moreData.awaitNothing();

          admin.end();

          assertThat(moreAdmin.answer()).contains(" 401 ");
        }
      }
    }
  }

  /** One connection. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answers;
    private final String path;

    private Client(URI address, String path) throws IOException {
      this.path = path;
      socket = new Socket(address.getHost(), address.getPort());
      socket.setSoTimeout(PATIENCE_MILLIS);
      answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private String ask() throws IOException {
      send();
      return answer();
    }

    private void send() throws IOException {
      send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The first line of an answer, which is read to its end. */
    private String answer() throws IOException {
      var first = answers.readLine();
      int length = 0;
      for (var line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
        if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
          length = Integer.parseInt(line.substring(15).strip());
        }
      }
      for (int i = 0; i < length; i++) {
        assertThat(answers.read()).isNotNegative();
      }
      return first;
    }

    private void awaitNothing() throws IOException {
      socket.setSoTimeout(UNANSWERED_MILLIS);
      assertThatThrownBy(answers::read).isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(PATIENCE_MILLIS);
    }

    private void end() throws IOException {
      socket.close();
    }

    @Override
    public void close() throws IOException {
      end();
    }
  }
}
