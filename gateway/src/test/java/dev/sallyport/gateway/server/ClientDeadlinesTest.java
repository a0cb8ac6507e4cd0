package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.config.GatewayConfig.Listen;
import dev.sallyport.gateway.server.Listeners.Routes;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ClientDeadlinesTest {
  private static final String WHOLE = "GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
  private final ClientDeadlines deadlines = new ClientDeadlines(now::get);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch answers = new CountDownLatch(1);
  private final Semaphore read = new Semaphore(0);
  private final WebServer server = start();

  private WebServer start() {
    var routes = Routes.of(deadlines);
    routes
        .routing()
        .post(
            "/body",
            (request, _) -> {
              asked.countDown();
              var body = request.content().inputStream();
              while (body.read() >= 0) {
                read.release();
              }
            })
        .get("/now", (_, response) -> response.send("now"))
        .get(
            "/later",
            (_, response) -> {
              asked.countDown();
              answers.await();
              response.send("later");
            });
    var loopback = new Listen(InetAddress.getLoopbackAddress().getHostAddress(), 0);
    return Listeners.listen(WebServer.builder(), loopback, routes, 1_024).build().start();
  }

  @AfterEach
  void stop() {
    answers.countDown();
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "G",
        "GET /now HTTP/1.1\r\n",
        "GET /now HTTP/1.1\r\nHost: localhost\r\nX-Long: ",
        WHOLE + "GET /no"
      })
  void endsAConnectionWithoutAWholeHeadInTime(String begun) throws IOException {
    try (var client = connect()) {
      send(client, begun);
      if (begun.startsWith(WHOLE)) {
        assertThat(answer(client)).contains("now");
      }
      awaitClient();
      pass(ClientDeadlines.MOST);

      assertThat(client.isOpen()).isTrue();

      pass(Duration.ofNanos(1));

      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void bytesNowAndThenGiveNoMoreTime() throws IOException {
    try (var client = connect()) {
      send(client, "GET /now HTTP/1.1\r\nX-Long: ");
      awaitClient();
      for (int i = 0; i < 10; i++) {
        pass(ClientDeadlines.MOST.dividedBy(10));
        send(client, "x");
      }
      pass(Duration.ofNanos(1));

      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void countsFromTheLastAnswer() throws IOException {
    try (var client = connect()) {
      for (int i = 0; i < 3; i++) {
        send(client, WHOLE);
        assertThat(answer(client)).contains("now");
        awaitClient();
        pass(ClientDeadlines.MOST);
      }
    }
  }

  @Test
  void endsAConnectionWhoseBodyStaysAway() throws Exception {
    try (var client = connect()) {
      send(client, "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
      asked.await();
      for (int i = 0; i < 3; i++) {
        awaitClient();
        pass(ClientDeadlines.MOST);
        send(client, "x");
        read.acquire();
      }
      awaitClient();
      pass(ClientDeadlines.MOST.plusNanos(1));

      assertThat(client.ends()).isTrue();
    }
  }

  /** Whoever asks for a token shows none before the body is read. */
  @Test
  void bytesOfABodyNowAndThenGiveNoTimeForEver() throws Exception {
    try (var client = connect()) {
      send(client, "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n");
      asked.await();
      for (int i = 0; i < 15; i++) {
        awaitClient();
        pass(ClientDeadlines.MOST_OF_BODY.dividedBy(15));
        send(client, "x");
        read.acquire();
      }
      awaitClient();
      assertThat(client.isOpen()).isTrue();
      pass(Duration.ofNanos(1));

      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void leavesAnswersTheirTime() throws Exception {
    try (var client = connect()) {
      send(client, "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
      asked.await();
      pass(ClientDeadlines.MOST.multipliedBy(9));
      answers.countDown();

      assertThat(answer(client)).contains("later");
    }
  }

  @Test
  void writesAnEventWhenItIsThere() throws IOException {
    try (var listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (var client = SocketChannel.open(listener.getLocalAddress());
          var accepted = listener.accept()) {
        assertThat(client.isConnected()).isTrue();

        deadlines.configureSocket(accepted);

        assertThat(accepted.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
      }
    }
  }

  @Test
  void forgetsConnectionsThatEnded() throws IOException {
    connect().close();
    awaitClient();
    while (deadlines.awaited() > 0) {
      deadlines.sweep();
      Thread.onSpinWait();
    }

    assertThat(deadlines.awaited()).isZero();
  }

  private Client connect() throws IOException {
    return new Client(new Socket(InetAddress.getLoopbackAddress(), server.port()));
  }

  /** Until the one client is waited for. */
  private void awaitClient() {
    while (deadlines.awaited() == 0) {
      Thread.onSpinWait();
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
    deadlines.sweep();
  }

  private static void send(Client client, String text) throws IOException {
    client.socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** An answer with its body, to the last letter of the words that are sent here. */
  private static String answer(Client client) throws IOException {
    var text = new StringBuilder();
    while (!text.toString().endsWith("now") && !text.toString().endsWith("later")) {
      int c = client.socket.getInputStream().read();
      assertThat(c).as(text.toString()).isNotNegative();
      text.append((char) c);
    }
    return text.toString();
  }

  private record Client(Socket socket) implements AutoCloseable {
    /** Whether nothing says that it ended. */
    boolean isOpen() throws IOException {
      return socket.getInputStream().available() == 0 && socket.isConnected();
    }

    boolean ends() throws IOException {
      try {
        return socket.getInputStream().read() < 0;
      } catch (SocketException _) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
