package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.TestingServer;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallStreamTest {
  private static final int EVENTS = 1_000;
  private static final int EVENT_CHARS = 32_768;

  /** More than sockets hold. */
  private static final int LARGE = 32 << 20;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  /** Whatever the time between the signs of life of other streams is. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givesUpAStatelessCallWhoseCallerHasLeft(boolean wantsProgress) throws Exception {
    var config =
        new McpHttpConfig(
            50_000,
            2,
            Duration.ofMinutes(30),
            3,
            Duration.ofDays(1),
            Duration.ofMillis(20),
            Set.of("localhost"),
            Optional.empty());
    try (var crm = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");
        var broker = new TestingBroker(FixedAuthority.allowingAll(), config)) {
      broker.register("crm", crm, "trusted");
      crm.answerCalls((_, _, _) -> {
        begun.countDown();
        McpRoutesScene.await(end);
      });
      try (var socket = connected(broker.server.port())) {
        send(socket, statelessCall(wantsProgress));
        begun.await();
      }
      while (broker.evidence.records(Ended.class).stream()
          .noneMatch(ended -> ended.outcome().label().equals("aborted"))) {
        Thread.onSpinWait();
      }
      end.countDown();
    }
  }

  @Test
  void noticesWithinSecondsThatACallerHasLeft() {
    var usual = McpHttpConfig.defaults();

    assertThat(usual.callKeepAlive())
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5))
        .isLessThan(usual.keepAlive());
  }

  @Test
  void saysSoonThatItIsStillThereOnlyWhereLeavingCounts() throws Exception {
    var streams = new CallStreams(Duration.ofDays(1), Duration.ofMillis(20));
    try (var server =
        new TestingServer(routing ->
            routing
                .post("/call", (_, response) -> serve(response, true, streams))
                .post("/session", (_, response) -> serve(response, false, streams)))) {
      try (var session = connected(server.port());
          var call = connected(server.port())) {
        send(session, "POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        begun.await();
        send(call, "POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        assertThat(head(call)).contains("text/event-stream");
        for (int i = 0; i < 4; i++) {
          assertThat(chunk(call)).isEqualTo(":");
        }
        end.countDown();
        assertThat(head(session)).contains("application/json");
      }
    }
  }

  /** The first write after a caller has left still succeeds. */
  @Test
  void saysTwiceInARowThatItIsStillThere() throws Exception {
    var streams = new CallStreams(Duration.ofDays(1), Duration.ofHours(1));
    try (var server =
        serving(
            true,
            stream -> {
              stream.stillThere();
              McpRoutesScene.await(begun);
              streams.lookAfter(stream);
              streams.lookAfter(stream);
              stream.finish(answer());
            })) {
      try (var socket = connected(server.port())) {
        send(socket, "POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        assertThat(head(socket)).contains("text/event-stream");
        assertThat(chunk(socket)).isEqualTo(":");
        begun.countDown(); // it was written
        assertThat(chunk(socket)).isEqualTo(":");
        assertThat(chunk(socket)).startsWith("data: ");
      }
    }
  }

  @Test
  void holdsNoCallUpWhoseCallerDoesNotRead() throws Exception {
    var answered = new CountDownLatch(1);
    try (var server =
        serving(
            true,
            stream -> {
              for (int i = 0; i < EVENTS; i++) {
                stream.tell(progress("x".repeat(EVENT_CHARS)), true);
              }
              begun.countDown();
              stream.finish(answer("x".repeat(LARGE)));
              answered.countDown();
            })) {
      try (var socket = connected(server.port())) {
        send(socket, "POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        begun.await(); // although nothing was read
        assertThat(answered.getCount()).isEqualTo(1);
      }
      answered.await();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givesUpOnlyWhereLeavingMeansThat(boolean leavingCancels) throws Exception {
    var left = new CountDownLatch(1);
    var cancelled = new boolean[1];
    try (var server =
        serving(
            leavingCancels,
            stream -> {
              begun.countDown();
              while (!stream.isOver()) {
                stream.tell(progress("x".repeat(EVENT_CHARS)), true);
              }
              cancelled[0] = stream.cancellation().isCancelled();
              stream.finish(answer());
              left.countDown();
            })) {
      try (var socket = connected(server.port())) {
        send(socket, "POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        begun.await();
      }
      left.await();
      assertThat(cancelled[0]).isEqualTo(leavingCancels);
    }
  }

  @Test
  void endsAWriteThatTakesTooLong() throws Exception {
    var ended = new CountDownLatch(1);
    try (var server =
        serving(
            true,
            stream -> {
              while (!stream.isOver()) {
                stream.tell(progress("x".repeat(EVENT_CHARS)), true);
                stream.cutIfStuck(System.nanoTime());
              }
              ended.countDown();
            })) {
      try (var socket = connected(server.port())) {
        send(socket, "POST /call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        ended.await();
      }
    }
  }

  private static TestingServer serving(boolean leavingCancels, Consumer<CallStream> call) {
    return new TestingServer(
        routing -> routing.post("/call", (_, response) -> answer(response, leavingCancels, call)));
  }

  private static void answer(
      ServerResponse response, boolean leavingCancels, Consumer<CallStream> call) {
    try (var stream = new CallStream(response, new Cancellation(), leavingCancels)) {
      call.accept(stream);
    }
  }

  private void serve(ServerResponse response, boolean leavingCancels, CallStreams streams) {
    answer(
        response,
        leavingCancels,
        stream -> {
          streams.watch(stream);
          begun.countDown();
          McpRoutesScene.await(end);
          streams.forget(stream);
          stream.finish(answer());
        });
  }

  /** The head of an answer. */
  private static String head(Socket socket) throws IOException {
    var head = new StringBuilder();
    for (var line = line(socket); !line.isEmpty(); line = line(socket)) {
      head.append(line).append('\n');
    }
    return head.toString();
  }

  /** A chunk of an answer that holds one event. */
  private static String chunk(Socket socket) throws IOException {
    var _ = line(socket); // its length
    return head(socket).strip() + line(socket);
  }

  private static String line(Socket socket) throws IOException {
    var line = new StringBuilder();
    for (int next = socket.getInputStream().read(); next >= 0 && next != '\n'; ) {
      line.append((char) next);
      next = socket.getInputStream().read();
    }
    return line.toString().strip();
  }

  private static ObjectNode progress(String text) {
    return Dialogue.progress(IntNode.valueOf(1), Json.object().put("message", text));
  }

  private static HttpAnswer answer() {
    return answer("");
  }

  private static HttpAnswer answer(String text) {
    return HttpAnswer.of(RpcMessage.response(IntNode.valueOf(1), Json.object().put("text", text)));
  }

  private static Socket connected(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String statelessCall(boolean wantsProgress) {
    ObjectNode params = McpRoutesScene.callParams("echo");
    if (wantsProgress) {
      params.withObjectProperty("_meta").put("progressToken", 1);
    }
    var body = McpCaller.request("tools/call", McpRoutesScene.withMeta(params)).toString();
    return "POST /mcp/crm HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer alice\r\n"
        + "Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n"
        + "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: echo\r\n"
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }
}
