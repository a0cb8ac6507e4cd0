package dev.sallyport.identity.workload;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.spiffe.exception.SocketEndpointAddressException;
import io.spiffe.workloadapi.Address;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIStub;
import io.spiffe.workloadapi.internal.GrpcManagedChannelFactory;
import io.spiffe.workloadapi.internal.ManagedChannelWrapper;
import io.spiffe.workloadapi.internal.SecurityHeaderInterceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Streams of one Workload API, over one connection.
 *
 * <p>An agent says something only when it changes, so a stream that says nothing may be a stream
 * that leads nowhere. That is why a connection whose streams ended, or that is old, is given up for
 * a new one: each begins with all that there is to say. Thread-safe.
 */
final class AgentStreams implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AgentStreams.class.getName());

  private final URI address;
  private final InstantSource clock;
  private final Streams streams;
  private volatile Runnable changed = () -> {};
  private volatile Status.Code lastFault = Status.Code.OK;

  /** Guarded by this. */
  private Optional<Connection> connection = Optional.empty();

  /** Guarded by this. */
  private boolean closed;

  /** Opens the streams of a connection. */
  @FunctionalInterface
  interface Streams {
    void open(SpiffeWorkloadAPIStub agent, Connection connection);
  }

  /**
   * Streams that are not opened yet.
   *
   * @param address {@code unix:/path} or {@code tcp://IP:port}
   * @throws IllegalArgumentException if the address is of another form
   */
  AgentStreams(String address, InstantSource clock, Streams streams) {
    try {
      this.address = Address.parseAddress(address);
    } catch (SocketEndpointAddressException e) {
      throw new IllegalArgumentException(
          "workloadApi must be unix:/path or tcp://IP:port: " + address, e);
    }
    this.clock = clock;
    this.streams = streams;
  }

  /** From now on, calls this after each change, and no longer the one before. */
  void listen(Runnable listener) {
    changed = listener;
  }

  /** Connects anew if there is no connection of less than this age with all its streams. */
  synchronized void renew(Duration maxAge) {
    if (closed || connection.map(present -> present.isGood(maxAge)).orElse(false)) {
      return;
    }
    connection.ifPresent(Connection::close);
    connection = Optional.empty();
    try {
      var fresh = new Connection(clock.instant());
      connection = Optional.of(fresh);
      streams.open(fresh.agent(), fresh);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the Workload API at {0} cannot be reached: {1}", address, e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    connection.ifPresent(Connection::close);
    connection = Optional.empty();
  }

  /** Has something taken in, unless it comes from a connection that was given up. */
  private <M> void take(Connection from, M message, Predicate<M> taker) {
    boolean news;
    synchronized (this) {
      news = !closed && connection.equals(Optional.of(from)) && taker.test(message);
    }
    if (news) {
      changed.run();
    }
  }

  /** One connection. */
  final class Connection {
    private final Instant openedAt;
    private final ManagedChannelWrapper channel;
    private volatile boolean ended;

    private Connection(Instant openedAt) {
      this.openedAt = openedAt;
      this.channel =
          GrpcManagedChannelFactory.newChannel(
              address,
              Executors.newThreadPerTaskExecutor(
                  Thread.ofPlatform().daemon().name("workload-api-", 0).factory()));
    }

    private SpiffeWorkloadAPIStub agent() {
      ManagedChannel open = channel.getChannel();
      return SpiffeWorkloadAPIGrpc.newStub(open).withInterceptors(new SecurityHeaderInterceptor());
    }

    private boolean isGood(Duration maxAge) {
      var age = Duration.between(openedAt, clock.instant()).abs(); // the clock may be set back
      return !ended && age.compareTo(maxAge) < 0;
    }

    private void close() {
      channel.getChannel().shutdownNow();
      channel.close();
    }

    /**
     * One of its streams.
     *
     * @param heard takes what comes, and says whether that is news
     * @param refused takes why the agent ended the stream, and says whether that is news
     */
    <M> StreamObserver<M> stream(Predicate<M> heard, Predicate<Status.Code> refused) {
      return new StreamObserver<>() {
        @Override
        public void onNext(M message) {
          lastFault = Status.Code.OK;
          take(Connection.this, message, heard);
        }

        @Override
        public void onError(Throwable error) {
          var code = Status.fromThrowable(error).getCode();
          ended |= code != Status.Code.UNIMPLEMENTED;
          take(Connection.this, code, refused);
          LOG.log(
              code == lastFault || code == Status.Code.CANCELLED ? Level.DEBUG : Level.WARNING,
              "the Workload API at {0} answers with {1}",
              address,
              code);
          lastFault = code;
        }

        @Override
        public void onCompleted() {
          ended = true;
        }
      };
    }
  }
}
