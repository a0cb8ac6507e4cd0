package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.gateway.config.GatewayConfig.Listen;
import dev.sallyport.gateway.server.ClientDeadlines.Due;
import dev.sallyport.gateway.server.Listeners.Routes;
import dev.sallyport.identity.http.GradualAnswer;
import io.helidon.webserver.ServerConnectionException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ClientDeadlinesTest {
  private static final byte[] NOW = "now".getBytes(StandardCharsets.US_ASCII);

  /** More than sockets hold. */
  private static final int LARGE = 64 << 20;

  private static final String WHOLE = "GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
  private final ClientDeadlines deadlines = new ClientDeadlines(now::get);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch answers = new CountDownLatch(1);
  private final Semaphore read = new Semaphore(0);
  private final Semaphore write = new Semaphore(0);
  private final Semaphore written = new Semaphore(0);
  private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
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
        .get("/large", (_, response) -> noted(() -> response.send(new byte[LARGE])))
        .get(
            "/stream",
            (_, response) -> {
              noted(() -> {
                try (var stream = GradualAnswer.open(response)) {
                  write.acquire();
                  while (answers.getCount() > 0) {
                    int more = write.drainPermits();
                    stream.write(more > 0 ? new byte[more] : NOW);
                    stream.flush();
                    written.release();
                    write.acquire();
                  }
                }
              });
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
    write.release();
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
      awaitClient(Due.ASKING);
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
      awaitClient(Due.ASKING);
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
        awaitClient(Due.ASKING);
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
        awaitClient(Due.SENDING_A_BODY);
        pass(ClientDeadlines.MOST);
        send(client, "x");
        read.acquire();
      }
      awaitClient(Due.SENDING_A_BODY);
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
        awaitClient(Due.SENDING_A_BODY);
        pass(ClientDeadlines.MOST_OF_BODY.dividedBy(15));
        send(client, "x");
        read.acquire();
      }
      awaitClient(Due.SENDING_A_BODY);
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
  void endsAConnectionThatDoesNotTakeItsAnswer() throws Exception {
    try (var client = connect()) {
      send(client, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
      awaitClient(Due.TAKING_AN_ANSWER);
      pass(ClientDeadlines.MOST_OF_ANSWER);

      assertThat(broken).isNotDone();

      pass(Duration.ofNanos(1));

      assertThat(broken.get()).isInstanceOf(ServerConnectionException.class);
    }
  }

  @Test
  void endsAConnectionThatDoesNotTakeAStream() throws Exception {
    try (var client = connect()) {
      send(client, "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
      write.release();
      assertThat(answer(client)).endsWith("now");
      written.acquire(); // the head is gone: one write is all that can wait from here on
      write.release(LARGE);
      awaitClient(Due.TAKING_AN_ANSWER);
      pass(ClientDeadlines.MOST);

      assertThat(broken).isNotDone();

      pass(Duration.ofNanos(1));

      assertThat(broken.get()).isNotNull();
    }
  }

  @Test
  void leavesAStreamOpenWhoseClientTakesWhatThereIs() throws Exception {
    try (var client = connect()) {
      send(client, "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
      for (int i = 0; i < 3; i++) {
        write.release();
        assertThat(answer(client)).endsWith("now");
        written.acquire();
        pass(ClientDeadlines.MOST_OF_ANSWER.multipliedBy(2));
      }
      assertThat(broken).isNotDone();
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
    awaitClient(Due.ASKING);
    while (deadlines.awaited(Due.ASKING) > 0) {
      deadlines.sweep();
      Thread.onSpinWait();
    }

    assertThat(deadlines.awaited(Due.ASKING)).isZero();
  }

  private Client connect() throws IOException {
    return new Client(new Socket(InetAddress.getLoopbackAddress(), server.port()));
  }

  /** Until the one client is waited for to do it. */
  private void awaitClient(Due due) {
    while (deadlines.awaited(due) == 0) {
      Thread.onSpinWait();
    }
  }

  /** Does what sends an answer, and notes how that ends. */
  private void noted(Checked sending) throws Exception {
    try {
      sending.run();
    } catch (Exception e) {
      broken.complete(e);
      throw e;
    }
  }

  @FunctionalInterface
  private interface Checked {
    void run() throws Exception;
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
