package dev.sallyport.gateway.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes the connections of a listener as the server itself would, and knows how old each is, so
 * that none is used for ever: whoever comes by a new one shows its certificate anew. Thread-safe.
 */
final class ConnectionAges implements ServerConnectionSelector {
  private final ServerConnectionSelector http =
      Http1ConnectionSelector.builder().config(Listeners.HTTP).build();
  private final Map<String, Instant> begun = new ConcurrentHashMap<>();
  private final Duration most;
  private final InstantSource clock;

  /**
   * Ages of no connections yet.
   *
   * @param most how old a connection may be for one more request
   */
  ConnectionAges(Duration most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
  }

  /** Whether the connection of a request is too old for another one; also if it is not known. */
  boolean isOver(ServerRequest request) {
    var since = begun.get(request.socketId());
    return since == null || !clock.instant().isBefore(since.plus(most));
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    var id = context.childSocketId();
    begun.put(id, clock.instant());
    return new Aging(id, http.connection(context));
  }

  /** A connection that is forgotten when it ends. */
  private final class Aging implements ServerConnection, InterruptableTask<Void> {
    private final String id;
    private final ServerConnection connection;

    private Aging(String id, ServerConnection connection) {
      this.id = id;
      this.connection = connection;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      try {
        connection.handle(limit);
      } finally {
        begun.remove(id);
      }
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      connection.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
      return connection instanceof InterruptableTask<?> task && task.canInterrupt();
    }
  }
}
