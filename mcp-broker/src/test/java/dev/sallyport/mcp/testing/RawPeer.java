package dev.sallyport.mcp.testing;

import static dev.sallyport.mcp.testing.Fault.LEAK;
import static dev.sallyport.mcp.testing.FaultyHttpServer.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A connection of a {@link FaultyHttpServer}. For one thread, save for what is said otherwise. */
final class RawPeer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int END_OF_HEAD = 0x0d0a0d0a;
  private static final int DRIP_MILLIS = 10;
  private static final String STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
  private static final String ENDLESS = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";

  private final Socket socket;
  private final InputStream in;
  private final CountDownLatch mended;

  RawPeer(Socket socket, CountDownLatch mended) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.mended = mended;
    socket.setTcpNoDelay(true);
  }

  /** A request as it came in. */
  record Request(String head, String body) {
    String method() {
      return head.substring(0, head.indexOf(' '));
    }

    /** A header; empty if there is none. */
    String header(String name) {
      var found = Pattern.compile("(?im)^" + name + ": *(.*?) *$").matcher(head);
      return found.find() ? found.group(1) : "";
    }
  }

  /** The next request; empty at the end. */
  Optional<Request> receive() throws IOException {
    var head = new ByteArrayOutputStream();
    for (int last = 0; last != END_OF_HEAD; ) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      head.write(next);
      last = last << 8 | next;
    }
    var request = new Request(head.toString(ISO_8859_1), "");
    var length = request.header("content-length");
    int body = length.isEmpty() ? 0 : Integer.parseInt(length);
    return Optional.of(new Request(request.head(), new String(in.readNBytes(body), UTF_8)));
  }

  /** Sends text as it is. */
  void send(String text) throws IOException {
    socket.getOutputStream().write(bytes(text));
    socket.getOutputStream().flush();
  }

  void answer(int status, String type, String body) throws IOException {
    send(head(status, type, bytes(body).length) + body);
  }

  private static String whole(String json) {
    return head(200, "application/json", json.length()) + json;
  }

  private static String head(int status, String type, int length) {
    return String.format(
        Locale.ROOT,
        "HTTP/1.1 %d Said\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
        status,
        type,
        length);
  }

  void json(JsonNode request, ObjectNode result) throws IOException {
    answer(200, "application/json", TestingMcpServer.response(request, result).toString());
  }

  static ObjectNode text(String text) {
    var result = JSON.createObjectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  private static String said(JsonNode request, String text) {
    return TestingMcpServer.response(request, text(text)).toString();
  }

  private static String event(String data) {
    return "data: " + data + "\n\n";
  }

  /** Goes wrong in the answer to a request. */
  void goWrong(Fault fault, JsonNode request) throws IOException {
    var wrong = said(request, LEAK);
    switch (fault) {
      case HANGS -> awaitClose();
      case DRIPS_ITS_HEAD -> drip("HTTP/1.1 200 OK\r\nX-Drip: " + LEAK.repeat(1_000));
      case DRIPS_ITS_ANSWER -> {
        send(STREAM);
        drip((": " + LEAK + "\n\n").repeat(1_000));
      }
      case STOPS_IN_THE_ANSWER -> {
        sendHalf(wrong);
        awaitClose();
      }
      case ANSWERS_ANOTHER_ID ->
          json(((ObjectNode) request).deepCopy().put("id", 424_242), text(LEAK));
      case ANSWERS_TWICE -> {
        send(STREAM + event(said(request, "first")) + event(wrong));
        awaitClose();
      }
      case ANSWERS_AGAIN_LATER -> send(whole(said(request, "first")) + whole(wrong));
      case ANSWERS_TOO_LATE -> {
        awaitMended();
        send(whole(wrong));
      }
      case CLOSES_ITS_OUTPUT -> {
        socket.shutdownOutput();
        awaitClose();
      }
      case CLOSES_ITS_OUTPUT_IN_THE_ANSWER -> {
        sendHalf(wrong);
        socket.shutdownOutput();
        awaitClose();
      }
      case CLOSES_ITS_INPUT -> {
        socket.shutdownInput();
        awaitMended();
      }
      default -> sendWrong(fault, wrong);
    }
  }

  private void sendWrong(Fault fault, String wrong) throws IOException {
    var giant = wrong.replace(LEAK, LEAK.repeat(2 * FaultyServer.MOST_BYTES / LEAK.length()));
    switch (fault) {
      case FLOODS_WITH_MESSAGES ->
          flood(
              STREAM,
              event(
                  "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
                      + "{\"level\":\"info\",\"data\":\""
                      + LEAK
                      + "\"}}"));
      case FLOODS_WITH_BYTES -> flood(ENDLESS, LEAK);
      case FLOODS_WITH_NOTHING -> flood(STREAM, ": " + LEAK + "\n\n");
      case FLOODS_WITH_A_HEAD -> flood("HTTP/1.1 200 OK\r\n", "X-Flood: " + LEAK + "\r\n");
      case ANSWERS_NO_JSON -> answer(200, "application/json", wrong.substring(1));
      case STREAMS_NO_JSON -> send(STREAM + event(wrong.substring(1)));
      case ANSWERS_ANOTHER_TYPE -> answer(200, "text/html", wrong);
      case FAILS_WITH_500 -> answer(500, "text/plain", LEAK);
      case ANSWERS_NOTHING -> send("HTTP/1.1 204 Nothing\r\nX-Leak: " + LEAK + "\r\n\r\n");
      case ANSWERS_TOO_MUCH -> answer(200, "application/json", giant);
      case STREAMS_TOO_MUCH -> send(STREAM + event(giant));
      default -> throw new IllegalArgumentException("not over HTTP: " + fault);
    }
  }

  private void sendHalf(String answer) throws IOException {
    send(
        head(200, "application/json", answer.length())
            + answer.substring(0, answer.indexOf(LEAK) + LEAK.length()));
  }

  /** Until nobody reads any more. */
  private void flood(String head, String part) throws IOException {
    send(head);
    var parts = part.repeat(100);
    while (mended.getCount() > 0) {
      send(parts);
    }
  }

  private void drip(String text) throws IOException {
    for (int i = 0; i < text.length() && !isMendedWithin(DRIP_MILLIS); i++) {
      send(text.substring(i, i + 1));
    }
  }

  private boolean isMendedWithin(long millis) throws IOException {
    try {
      return mended.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped");
    }
  }

  private void awaitMended() throws IOException {
    isMendedWithin(TimeUnit.MINUTES.toMillis(1));
  }

  /** Reads and drops until the client closes. */
  private void awaitClose() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** Closes with a reset. Thread-safe. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException _) {
      // It was closed already.
    }
  }

  @Override
  public void close() {
    reset();
  }
}
