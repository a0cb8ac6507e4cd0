package dev.sallyport.llm.testing;

import dev.sallyport.llm.testing.StrictRules.Complaint;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A provider that speaks the wire of OpenAI ({@code /v1/chat/completions}) and of Anthropic ({@code
 * /v1/messages}) and refuses what the real ones refuse. It answers by script, or else with a canned
 * answer, and keeps what it received. On a free port of the loopback interface. Thread-safe.
 */
public final class FakeProvider implements AutoCloseable {
  private static final long LONGEST_WAIT_SECONDS = 20;

  private final ServerSocket listener;
  private final Thread acceptor;
  private final ConcurrentLinkedQueue<Script> scripts = new ConcurrentLinkedQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<String>> key = new AtomicReference<>(Optional.empty());
  private final CountDownLatch hangUp = new CountDownLatch(1);
  private volatile boolean strict = true;

  public FakeProvider() {
    try {
      listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    acceptor = Thread.ofVirtual().name("fake-provider").start(this::accept);
  }

  /** The base URL of both protocols. */
  public URI base() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v1");
  }

  /** Answers the next requests by these scripts, in order. */
  public FakeProvider answers(Script... next) {
    scripts.addAll(List.of(next));
    return this;
  }

  /** From now on, refuses every request that does not bring this secret. */
  public FakeProvider wants(String secret) {
    key.set(Optional.of(secret));
    return this;
  }

  /** From now on, answers whatever comes. */
  public FakeProvider lenient() {
    strict = false;
    return this;
  }

  /** All requests so far. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  /** The last request. */
  public Received last() {
    return received.getLast();
  }

  /** Waits until the other side breaks a connection while an answer is being sent. */
  public boolean awaitHangUp() throws InterruptedException {
    return hangUp.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        var in = new BufferedInputStream(socket.getInputStream())) {
      while (true) {
        var request = read(in);
        received.add(request);
        if (!answer(socket, request)) {
          return;
        }
      }
    } catch (IOException _) {
      return; // the other side has left
    }
  }

  private boolean answer(Socket socket, Received request) throws IOException {
    var script = script(request);
    var out = socket.getOutputStream();
    await(script, -1);
    try {
      head(out, script);
      for (int i = 0; i < script.pieces().size(); i++) {
        if (script.cutAfter().equals(Optional.of(i))) {
          return false;
        }
        await(script, i);
        piece(out, script.pieces().get(i), script.perByte());
      }
      if (script.cutAfter().isPresent()) {
        return false;
      }
      await(script, script.pieces().size());
      out.write(ascii("0\r\n\r\n"));
      out.flush();
      return true;
    } catch (IOException e) {
      hangUp.countDown();
      throw e;
    }
  }

  private Script script(Received request) {
    var anthropic = request.path().endsWith("/messages");
    var wanted = key.get();
    var keyed = anthropic && request.header("authorization").isEmpty();
    var shown = keyed ? request.header("x-api-key") : request.header("authorization");
    if (wanted.isPresent() && !shown.equals((keyed ? "" : "Bearer ") + wanted.get())) {
      return CannedAnswers.error(anthropic, 401, "authentication_error", "invalid key " + shown);
    }
    try {
      if (strict) {
        StrictRules.check(request);
      }
    } catch (Complaint complaint) {
      return CannedAnswers.error(
          anthropic, 400, "invalid_request_error", String.valueOf(complaint.getMessage()));
    }
    var next = scripts.poll();
    return next == null ? CannedAnswers.of(request) : next;
  }

  private static void head(OutputStream out, Script script) throws IOException {
    var head = new StringBuilder("HTTP/1.1 " + script.status() + " Scripted\r\n");
    script.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    out.write(ascii(head + "Transfer-Encoding: chunked\r\n\r\n"));
    out.flush();
  }

  private static void piece(OutputStream out, byte[] bytes, boolean perByte) throws IOException {
    int step = perByte ? 1 : bytes.length;
    for (int from = 0; from < bytes.length; from += step) {
      out.write(ascii(Integer.toHexString(step) + "\r\n"));
      out.write(bytes, from, step);
      out.write(ascii("\r\n"));
      out.flush();
    }
  }

  private static void await(Script script, int index) {
    script.listeners().getOrDefault(index, () -> {}).run();
    var latch = script.gates().get(index);
    if (latch == null) {
      return;
    }
    try {
      if (!latch.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody opened the gate at " + index);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Received read(InputStream in) throws IOException {
    var first = line(in).split(" ", -1);
    Map<String, String> headers = new HashMap<>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.merge(name, line.substring(colon + 1).strip(), (one, other) -> one + "," + other);
    }
    var body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Received(first[0], first[1], headers, body);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    try {
      acceptor.join(); // until then, a connection could still be taken
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (var socket : sockets) {
      socket.close();
    }
  }
}
