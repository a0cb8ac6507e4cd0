package dev.sallyport.identity.svid;

import dev.sallyport.identity.token.KeySet;
import io.spiffe.bundle.jwtbundle.JwtBundleSet;
import io.spiffe.exception.SocketEndpointAddressException;
import io.spiffe.spiffeid.TrustDomain;
import io.spiffe.workloadapi.Address;
import io.spiffe.workloadapi.DefaultWorkloadApiClient;
import io.spiffe.workloadapi.DefaultWorkloadApiClient.ClientOptions;
import io.spiffe.workloadapi.Watcher;
import io.spiffe.workloadapi.WorkloadApiClient;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Keys that a SPIFFE Workload API pushes.
 *
 * <p>The client library does not come back by itself after the agent ended its stream in good
 * order, so a stream that was silent for too long is closed and opened anew; the keys stay in force
 * meanwhile. Thread-safe.
 */
public final class WorkloadApiBundle implements BundleSource {
  /** How long a stream may be silent. Source: half the usual life of an SVID, at most this. */
  public static final Duration MAX_SILENCE = Duration.ofMinutes(5);

  private static final Logger LOG = System.getLogger(WorkloadApiBundle.class.getName());

  private final String address;
  private final TrustDomain trustDomain;
  private final InstantSource clock;
  private final Duration maxSilence;
  private volatile State state = new Awaited();
  private volatile Runnable changed = () -> {};

  /** Guarded by this. */
  private Optional<Stream> stream = Optional.empty();

  /** Guarded by this. */
  private boolean closed;

  /**
   * Keys of one domain, not asked for before the start.
   *
   * @param address {@code unix:/path} or {@code tcp://IP:port}
   * @throws IllegalArgumentException if the address is of another form
   */
  public WorkloadApiBundle(
      String address, TrustDomain trustDomain, InstantSource clock, Duration maxSilence) {
    try {
      Address.parseAddress(address);
    } catch (SocketEndpointAddressException e) {
      throw new IllegalArgumentException(
          "workloadApi must be unix:/path or tcp://IP:port: " + address, e);
    }
    this.address = address;
    this.trustDomain = trustDomain;
    this.clock = clock;
    this.maxSilence = maxSilence;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public void listen(Runnable listener) {
    changed = listener;
  }

  @Override
  public void start() {
    reopen();
  }

  @Override
  public void tick() {
    boolean silent;
    synchronized (this) {
      silent =
          !closed
              && stream
                  .map(open -> !clock.instant().isBefore(open.heardAt.plus(maxSilence)))
                  .orElse(true);
    }
    if (silent) {
      reopen();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    stream.ifPresent(Stream::close);
    stream = Optional.empty();
  }

  private synchronized void reopen() {
    if (closed) {
      return;
    }
    stream.ifPresent(Stream::close);
    stream = Optional.empty();
    try {
      var client =
          DefaultWorkloadApiClient.newClient(
              ClientOptions.builder().spiffeSocketPath(address).build());
      var opened = new Stream(client, clock.instant());
      stream = Optional.of(opened);
      client.watchJwtBundles(opened);
    } catch (SocketEndpointAddressException | RuntimeException e) {
      LOG.log(Level.WARNING, "the Workload API at {0} cannot be reached: {1}", address, e);
    }
  }

  private void update(Stream from, JwtBundleSet bundles) {
    synchronized (this) {
      if (closed || !stream.equals(Optional.of(from))) {
        return;
      }
      from.heardAt = clock.instant();
      var bundle = bundles.getBundles().get(trustDomain);
      State fresh =
          bundle == null ? new Withdrawn() : new Known(new KeySet(bundle.getJwtAuthorities()));
      if (fresh.equals(state)) {
        return;
      }
      state = fresh;
    }
    changed.run();
  }

  private final class Stream implements Watcher<JwtBundleSet>, AutoCloseable {
    private final WorkloadApiClient client;
    private Instant heardAt;

    private Stream(WorkloadApiClient client, Instant openedAt) {
      this.client = client;
      this.heardAt = openedAt;
    }

    @Override
    public void onUpdate(JwtBundleSet bundles) {
      update(this, bundles);
    }

    @Override
    public void onError(Throwable error) {
      LOG.log(
          Level.WARNING,
          "the Workload API at {0} answers with {1}",
          address,
          error.getClass().getSimpleName());
    }

    @Override
    public void close() {
      try {
        client.close();
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.DEBUG, "a stream of the Workload API did not close in order", e);
      }
    }
  }
}
