package dev.sallyport.gateway.server;

import dev.sallyport.identity.http.GradualAnswer;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Ends connections of a listener on which no whole head of a request comes in time, whether nothing
 * comes or a byte now and then, those on which a body is awaited and nothing comes, or too little,
 * and those whose clients do not take what they are answered. The server itself waits for ever, and
 * timeouts of sockets have a timer made for each read. To be the first filter of the listener, and
 * its socket options. Thread-safe.
 */
final class ClientDeadlines implements Filter, SocketOptions {
  /**
   * How long a connection may go without a whole head, within a body without a byte, and how long
   * one write of an answer that is written bit by bit may wait to be taken. Longer than the 30
   * seconds for which Java's client, and the 90 for which Go's, keep one for the next request:
   * whoever closes first can lose a request that is on its way.
   */
  static final Duration MOST = Duration.ofSeconds(100);

  /** How long a body may be waited for in all, however its bytes come. */
  static final Duration MOST_OF_BODY = Duration.ofMinutes(15);

  /** How long an answer of one piece may wait to be taken in all. */
  static final Duration MOST_OF_ANSWER = Duration.ofMinutes(15);

  /** What a client can be waited for to do. */
  enum Due {
    NOTHING,
    ASKING,
    SENDING_A_BODY,
    TAKING_AN_ANSWER
  }

  private final Map<SocketAddress, Waiting> connections = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  ClientDeadlines() {
    this(System::nanoTime);
  }

  ClientDeadlines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A connection, what its client is waited for to do, and since when. */
  private final class Waiting {
    final SocketChannel channel;
    private volatile long since;
    private volatile long most;
    private volatile Due due = Due.NOTHING;

    Waiting(SocketChannel channel) {
      this.channel = channel;
      await(Due.ASKING, MOST.toNanos());
    }

    void await(Due next, long nanos) {
      since = nanoTime.getAsLong();
      most = nanos;
      due = next;
    }

    void heard() {
      due = Due.NOTHING;
    }

    /** For how long the client was or is waited for. */
    long nanos() {
      return nanoTime.getAsLong() - since;
    }

    Due due() {
      return due;
    }

    boolean isLate(long now) {
      return due != Due.NOTHING && now - since > most;
    }
  }

  /** A body, each read of which waits for the client. */
  private static final class Awaited extends FilterInputStream {
    private final Waiting connection;
    private long left = MOST_OF_BODY.toNanos();

    Awaited(InputStream body, Waiting connection) {
      super(body);
      this.connection = connection;
    }

    @Override
    public int read() throws IOException {
      connection.await(Due.SENDING_A_BODY, Math.min(MOST.toNanos(), left));
      try {
        return in.read();
      } finally {
        connection.heard();
        left -= connection.nanos();
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      connection.await(Due.SENDING_A_BODY, Math.min(MOST.toNanos(), left));
      try {
        return in.read(bytes, offset, length);
      } finally {
        connection.heard();
        left -= connection.nanos();
      }
    }
  }

  /** An answer that is written bit by bit, each write of which waits for the client. */
  private static final class Taken extends FilterOutputStream {
    private final Waiting connection;

    Taken(OutputStream answer, Waiting connection) {
      super(answer);
      this.connection = connection;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      awaiting(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
      awaiting(out::flush);
    }

    @Override
    public void close() throws IOException {
      awaiting(out::close);
    }

    private void awaiting(Writing writing) throws IOException {
      connection.await(Due.TAKING_AN_ANSWER, MOST.toNanos());
      try {
        writing.run();
      } finally {
        connection.heard();
      }
    }

    @FunctionalInterface
    private interface Writing {
      void run() throws IOException;
    }
  }

  /**
   * Takes a new connection. An event of a stream leaves when it is written, and does not wait until
   * the client has acknowledged the one before (40 ms, RFC 896).
   */
  @Override
  public void configureSocket(SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      connections.put(channel.getRemoteAddress(), new Waiting(channel));
    } catch (IOException _) {
      end(channel); // it has ended already
    }
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    var connection = connections.get(request.remotePeer().address());
    if (connection == null) {
      chain.proceed();
      return;
    }
    connection.heard();
    request.streamFilter(body -> new Awaited(body, connection));
    response.beforeSend(() -> awaitTaking(response, connection));
    try {
      chain.proceed();
    } finally {
      connection.await(Due.ASKING, MOST.toNanos());
    }
  }

  private static void awaitTaking(RoutingResponse response, Waiting connection) {
    if (GradualAnswer.isBegun(response)) {
      response.streamFilter(answer -> new Taken(answer, connection));
    } else {
      connection.await(Due.TAKING_AN_ANSWER, MOST_OF_ANSWER.toNanos());
    }
  }

  /** Ends the connections that are late. To be called every few seconds. */
  void sweep() {
    long now = nanoTime.getAsLong();
    for (var connection : connections.values()) {
      if (connection.isLate(now)) {
        end(connection.channel);
      }
    }
    connections.values().removeIf(connection -> !connection.channel.isOpen());
  }

  /** How many clients are waited for to do it; those that left count until the next sweep. */
  long awaited(Due due) {
    return connections.values().stream().filter(connection -> connection.due() == due).count();
  }

  private static void end(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      return; // it is as closed as it can be
    }
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return Map.of();
  }

  @Override
  public Duration connectTimeout() {
    return MOST;
  }

  @Override
  public Duration readTimeout() {
    return MOST;
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return Optional.empty();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return Optional.empty();
  }

  @Override
  public boolean socketReuseAddress() {
    return true;
  }

  @Override
  public boolean socketKeepAlive() {
    return true;
  }

  @Override
  public boolean tcpNoDelay() {
    return true;
  }
}
