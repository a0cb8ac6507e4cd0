package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MANY = 1_000;

  private final TestingBroker broker = new TestingBroker(FixedAuthority.allowingAll());
  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");
  private final EventWriters writers = new EventWriters(Duration.ofMinutes(1));
  private final RefusedMessages refused = new RefusedMessages((_, _) -> {});
  private final Listeners listeners =
      new Listeners(broker.broker, Duration.ofMillis(20), writers, refused);

  /** Ends those whose clients do not read, which is not to be seen of those that only are slow. */
  private final Listeners hasty =
      new Listeners(
          broker.broker, Duration.ofMillis(20), new EventWriters(Duration.ofSeconds(2)), refused);

  private final News news = new News();
  private final TestingServer server =
      new TestingServer(routing ->
          routing
              .get("/listen", (_, response) -> serve(listeners, new News(), response))
              .get("/flood", (_, response) -> serve(hasty, news, response)));

  private void serve(Listeners by, News told, ServerResponse response) {
    by.serve(
        broker.caller(TestingBroker.ALICE),
        Optional.empty(),
        Listeners.all(),
        told,
        shape(),
        response);
  }

  private static Listeners.Shape shape() {
    return new Listeners.Shape(
        Optional.of(Json.object().put("first", 1)),
        message -> message,
        Optional.of(RpcMessage.response(IntNode.valueOf(1), Json.object())),
        _ -> Optional.empty());
  }

  @BeforeEach
  void register() {
    broker.register("crm", crm, "trusted");
  }

  @AfterEach
  void stop() {
    listeners.close();
    hasty.close();
    server.close();
    broker.close();
    crm.close();
  }

  private record Listening(Socket socket, BufferedReader lines) {
    /** Reads until a line holds a text. */
    void await(String text) throws IOException {
      for (var line = lines.readLine(); !line.contains(text); line = lines.readLine()) {
        assertThat(line).isNotNull();
      }
    }
  }

  private Listening listen() throws IOException {
    return listen("/listen");
  }

  private Listening listen(String path) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    var lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    return new Listening(socket, lines);
  }

  private static void awaitSize(Listeners some, int size) {
    while (some.size() != size) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  private void inspect() throws InterruptedException {
    broker.clock.advance(Duration.ofMillis(1));
    assertThat(broker.registry.inspect("crm", PATIENCE)).isTrue();
  }

  @Test
  void forgetsWhoHasLeftAfterItWasToldOfAChange() throws Exception {
    var one = listen();
    one.await("first");
    crm.withEcho("more");
    inspect();
    one.await("tools/list_changed");
    assertThat(listeners.size()).isEqualTo(1);

    one.socket().close();

    awaitSize(listeners, 0);
  }

  @Test
  void tellsManyOfAChangeWithoutAPlatformThreadForEach() throws Exception {
    int before = ManagementFactory.getThreadMXBean().getThreadCount();
    List<Listening> all = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      all.add(listen());
    }
    for (var each : all) {
      each.await("first");
    }
    assertThat(listeners.size()).isEqualTo(MANY);
    assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(before + 100);

    crm.withEcho("more");
    inspect();
    for (var each : all) {
      each.await("tools/list_changed");
    }
    listeners.close();
    for (var each : all) {
      each.await("result");
      each.socket().close();
    }
    awaitSize(listeners, 0);
  }

  /** More than the buffers between the two hold. */
  private void flood() {
    var text = "x".repeat(64 * 1_024);
    for (int i = 0; i < 256; i++) {
      news.add("about " + i, Json.object().put("x", text));
    }
  }

  @Test
  void endsAStreamThatItsClientDoesNotRead() throws Exception {
    var deaf = listen("/flood");
    deaf.await("first");
    flood();

    awaitSize(hasty, 0);
    deaf.socket().close();
  }

  @Test
  void endsAtOnceAlsoWhoDoesNotRead() throws Exception {
    var patient = new EventWriters(Duration.ofHours(1));
    var own = new Listeners(broker.broker, Duration.ofHours(1), patient, refused);
    var told = new News();
    var ended = new CountDownLatch(1);
    try (var slow =
            new TestingServer(routing ->
                routing.get(
                    "/listen",
                    (_, response) -> {
                      own.serve(
                          broker.caller(TestingBroker.ALICE),
                          Optional.empty(),
                          Set.of(),
                          told,
                          shape(),
                          response);
                      ended.countDown();
                    }));
        var deaf = new Socket(InetAddress.getLoopbackAddress(), slow.port())) {
      deaf.getOutputStream()
          .write(
              "GET /listen HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      awaitSize(own, 1);
      for (int i = 0; i < 256; i++) {
        told.add("about " + i, Json.object().put("x", "x".repeat(64 * 1_024)));
      }

      own.close();

      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void endsWhoComesAfterItsOwnEnd() throws Exception {
    listeners.close();

    var late = listen();

    late.await("first");
    late.await("result");
    awaitSize(listeners, 0);
    late.socket().close();
  }
}
