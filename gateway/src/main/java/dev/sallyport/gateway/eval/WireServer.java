package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A server on the loopback interface that answers each request with just the bytes it is told to,
 * right or wrong. Thread-safe.
 */
final class WireServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int BACKLOG = 200;
  private static final String LENGTH = "content-length:";

  private final ServerSocket listener;
  private final Function<Asked, Sent> answers;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** A request. */
  record Asked(String path, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * An answer.
   *
   * @param head all before the body, without the length
   * @param promised how long the head says that the body is
   * @param afterMillis how long it is waited before
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by no one
  record Sent(String head, byte[] body, long promised, long afterMillis) {
    static Sent json(String body) {
      return of(200, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    static Sent of(int status, String headers, byte[] body) {
      var head = "HTTP/1.1 %d Said\r\nContent-Type: %s\r\n".formatted(status, headers);
      return new Sent(head, body, body.length, 0);
    }

    /** The connection breaks after as many bytes of the body as there are. */
    Sent cut() {
      return new Sent(head, body, body.length + 1_000L, afterMillis);
    }

    Sent after(long millis) {
      return new Sent(head, body, promised, millis);
    }

    private boolean isWhole() {
      return promised == body.length;
    }
  }

  WireServer(Function<Asked, Sent> answers) throws IOException {
    this.answers = answers;
    this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("wire-server").start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        var socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // It was closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        var path = line.split(" ", -1)[1];
        if (!answer(socket, new Asked(path, body(in)))) {
          return;
        }
      }
    } catch (IOException _) {
      // The other side went away, as it may.
    } finally {
      open.remove(socket);
    }
  }

  private boolean answer(Socket socket, Asked asked) throws IOException {
    var sent = answers.apply(asked);
    if (sent.afterMillis() > 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(sent.afterMillis()));
    }
    var out = socket.getOutputStream();
    var head = sent.head() + "Content-Length: " + sent.promised() + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(sent.body());
    out.flush();
    return sent.isWhole();
  }

  private static String body(InputStream in) throws IOException {
    int length = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = Integer.parseInt(line.substring(LENGTH.length()).strip());
      }
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
      if (each != '\r') {
        line.write(each);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
