package dev.sallyport.vault.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/**
 * An upstream on a port of its own that does to each connection what a script says, byte by byte,
 * and records every request exactly as it came.
 */
public final class TestingUpstream implements AutoCloseable {
  private final ServerSocket listener;
  private final String scheme;
  private final Script script;
  private final List<Received> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();

  private TestingUpstream(ServerSocket listener, String scheme, Script script) {
    this.listener = listener;
    this.scheme = scheme;
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** Runs the script for each connection. */
  public static TestingUpstream scripted(Script script) {
    try {
      var listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
      return new TestingUpstream(listener, "http", script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same over TLS. */
  public static TestingUpstream scripted(SSLContext tls, Script script) {
    try {
      var listener =
          tls.getServerSocketFactory()
              .createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
      return new TestingUpstream(listener, "https", script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives each request, on every connection, the answer that the function makes of it. */
  public static TestingUpstream answering(Function<Received, byte[]> answer) {
    return scripted(peer -> {
      for (var request = peer.receive(); request.isPresent(); request = peer.receive()) {
        peer.send(answer.apply(request.get()));
      }
    });
  }

  /** Gives each request this raw answer. */
  public static TestingUpstream answering(String raw) {
    return answering(_ -> raw.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A raw answer with a length. */
  public static byte[] answer(int status, String contentType, String body) {
    var content = body.getBytes(StandardCharsets.UTF_8);
    var head =
        "HTTP/1.1 %d Said\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, contentType, content.length);
    var out = new ByteArrayOutputStream();
    out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** A raw answer of 200 with JSON. */
  public static byte[] json(String body) {
    return answer(200, "application/json", body);
  }

  /** The address of a path, which begins with a slash. */
  public URI uri(String path) {
    return URI.create(scheme + "://127.0.0.1:" + port() + path);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Every request that was received whole, in order. */
  public List<Received> requests() {
    return List.copyOf(requests);
  }

  /** The request that came last. */
  public Received lastRequest() {
    return requests.getLast();
  }

  /** How many connections were made. */
  public int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        // The listener was closed, or one connection failed before it began.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      script.serve(new Peer(socket, requests));
    } catch (IOException _) {
      // The client went away, which is what some tests are about.
    } finally {
      open.remove(socket);
    }
  }

  /** What happens on a connection, which is closed at its end. */
  @FunctionalInterface
  public interface Script {
    void serve(Peer peer) throws IOException;
  }

  /** A connection, seen from the upstream. */
  public static final class Peer {
    private static final int END_OF_HEAD = 0x0d0a0d0a;

    private final Socket socket;
    private final InputStream in;
    private final List<Received> requests;

    private Peer(Socket socket, List<Received> requests) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.requests = requests;
    }

    /** Reads one request with a body by length; empty once the client closed. */
    public Optional<Received> receive() throws IOException {
      var bytes = new ByteArrayOutputStream();
      for (int last = 0; last != END_OF_HEAD; ) {
        int c = in.read();
        if (c < 0) {
          return Optional.empty();
        }
        bytes.write(c);
        last = last << 8 | c;
      }
      var head = new Received(bytes.toByteArray());
      int length = Integer.parseInt(head.header("Content-Length").orElse("0"));
      bytes.writeBytes(in.readNBytes(length));
      var request = new Received(bytes.toByteArray());
      requests.add(request);
      return Optional.of(request);
    }

    /** Sends Latin-1 text as it is. */
    public void send(String raw) throws IOException {
      send(raw.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] raw) throws IOException {
      socket.getOutputStream().write(raw);
      socket.getOutputStream().flush();
    }

    /** Says that nothing more comes, and goes on reading. */
    public void halfClose() throws IOException {
      socket.shutdownOutput();
    }

    /** Reads and drops until the client closes. */
    public void awaitClose() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }

    /** Closes with a reset. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
