package dev.sallyport.mcp.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * An HTTP API that keeps every request as it came in, byte by byte, and answers as a test says.
 * Thread-safe.
 */
public final class TestingApi implements AutoCloseable {
  private final ServerSocket socket;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private volatile Function<Seen, Answer> script = _ -> Answer.json("{}");

  public TestingApi() {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /**
   * A request as it came in.
   *
   * @param target as it stood in the first line
   * @param headers by their names in small letters, each with all its values
   * @param body as Latin-1
   */
  public record Seen(String method, String target, Map<String, List<String>> headers, String body) {
    /** The one value of a header; empty if there is none. */
    public String header(String name) {
      return String.join("|", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    /** Everything of it in one text, for searches. */
    public String all() {
      return method + " " + target + " " + headers + " " + body;
    }
  }

  /** An answer to send. */
  @SuppressWarnings("ArrayRecordComponent") // compared by no one
  public record Answer(int status, String type, byte[] body, List<String> headers) {
    public static Answer of(int status, String type, String body) {
      return new Answer(status, type, body.getBytes(StandardCharsets.UTF_8), List.of());
    }

    public static Answer json(String body) {
      return of(200, "application/json", body);
    }
  }

  /** Answers all requests from now on. */
  public void answering(Function<Seen, Answer> answers) {
    script = answers;
  }

  /** Answers all requests from now on in one way. */
  public void answering(Answer answer) {
    script = _ -> answer;
  }

  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  public Seen last() {
    return seen.getLast();
  }

  public void forget() {
    seen.clear();
  }

  /** The address of a path that begins with a slash, or of the whole. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var peer = socket.accept();
        if (socket.isClosed()) {
          peer.close();
          return;
        }
        Thread.ofVirtual().start(() -> serve(peer));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket peer) {
    try (peer) {
      peer.setSoTimeout(30_000);
      var in = peer.getInputStream();
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        var request = read(line, in);
        seen.add(request);
        peer.getOutputStream().write(written(script.apply(request), request.method()));
        peer.getOutputStream().flush();
      }
    } catch (IOException _) {
      // The peer left.
    }
  }

  private static Seen read(String line, InputStream in) throws IOException {
    var headers = new TreeMap<String, List<String>>();
    for (var field = line(in); !field.isEmpty(); field = line(in)) {
      int colon = field.indexOf(':');
      headers
          .computeIfAbsent(
              field.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new CopyOnWriteArrayList<>())
          .add(field.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", List.of("0")).getFirst());
    var body = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    var parts = line.split(" ", -1);
    return new Seen(parts[0], parts.length == 3 ? parts[1] : "broken " + line, headers, body);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static byte[] written(Answer answer, String method) {
    var out = new ByteArrayOutputStream();
    var head = new StringBuilder("HTTP/1.1 %d Answer\r\n".formatted(answer.status()));
    if (!answer.type().isEmpty()) {
      head.append("Content-Type: ").append(answer.type()).append("\r\n");
    }
    answer.headers().forEach(header -> head.append(header).append("\r\n"));
    boolean bodiless = method.equals("HEAD") || answer.status() == 204;
    if (!bodiless) {
      head.append("Content-Length: ").append(answer.body().length).append("\r\n");
    }
    out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    if (!bodiless) {
      out.writeBytes(answer.body());
    }
    return out.toByteArray();
  }
}
