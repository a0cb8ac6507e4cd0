package dev.sallyport.gateway.server;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
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
 * comes or a byte now and then, and has reads of a body end where nothing comes. The server itself
 * waits for ever. To be the first filter of the listener, and its socket options. Thread-safe.
 */
final class HeadDeadlines implements Filter, SocketOptions {
  /**
   * How long a connection may go without a whole head, and a read of a body without a byte. Longer
   * than the 30 seconds for which Java's client, and the 90 for which Go's, keep one for the next
   * request: whoever closes first can lose a request that is on its way.
   */
  static final Duration MOST = Duration.ofSeconds(100);

  private final Map<SocketAddress, Waiting> connections = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  HeadDeadlines() {
    this(System::nanoTime);
  }

  HeadDeadlines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A connection, and since when it waits for a head, where it does. */
  private static final class Waiting {
    final SocketChannel channel;
    volatile long since;
    volatile boolean answering;

    Waiting(SocketChannel channel, long since) {
      this.channel = channel;
      this.since = since;
    }

    boolean isLate(long now) {
      return !answering && now - since > MOST.toNanos();
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
      channel.socket().setSoTimeout((int) MOST.toMillis());
      connections.put(channel.getRemoteAddress(), new Waiting(channel, nanoTime.getAsLong()));
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
    connection.answering = true;
    try {
      chain.proceed();
    } finally {
      connection.since = nanoTime.getAsLong();
      connection.answering = false;
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

  /** How many connections wait for a head; those that ended count until the next sweep. */
  long waiting() {
    return connections.values().stream().filter(connection -> !connection.answering).count();
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
