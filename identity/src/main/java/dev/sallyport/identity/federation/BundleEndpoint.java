package dev.sallyport.identity.federation;

import dev.sallyport.identity.svid.BundleSource;
import dev.sallyport.identity.svid.TrustBundle;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The bundle of a foreign trust domain, fetched again and again from its SPIFFE bundle endpoint.
 *
 * <p>The domain is the one that was configured, whatever the document says. The last good bundle
 * stays in force while none can be fetched, and over a restart; an older one never takes its place.
 * Thread-safe. Source: SPIFFE Federation, sections 4 to 6.
 */
public final class BundleEndpoint implements BundleSource {
  /** After how long a bundle is fetched again that does not say. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(5);

  /** A bundle is fetched no more often, whatever it says. */
  public static final Duration MIN_INTERVAL = Duration.ofSeconds(30);

  /** A bundle is fetched no less often, whatever it says. */
  public static final Duration MAX_INTERVAL = Duration.ofHours(1);

  private static final Logger LOG = System.getLogger(BundleEndpoint.class.getName());

  private final URI url;
  private final EndpointClient client;
  private final StoredBundle stored;
  private final InstantSource clock;
  private final Executor executor;
  private volatile Runnable changed = () -> {};
  private volatile State state;
  private volatile Optional<Instant> heardAt;

  /** Guarded by this. */
  private Optional<Instant> polledAt = Optional.empty();

  /** Guarded by this. */
  private boolean polling;

  /** Guarded by this. */
  private boolean closed;

  /**
   * An endpoint that is not asked before the start.
   *
   * @param stored what was kept of it, and where to keep it
   * @throws IllegalArgumentException unless the URL is https, without a user
   */
  public BundleEndpoint(URI url, ServerTrust trust, StoredBundle stored, InstantSource clock) {
    this(
        url,
        new EndpointClient(url, trust, EndpointClient.MAX_TIME),
        stored,
        clock,
        task -> Thread.ofVirtual().name("bundle-endpoint").start(task));
  }

  BundleEndpoint(
      URI url, EndpointClient client, StoredBundle stored, InstantSource clock, Executor executor) {
    this.url = url;
    this.client = client;
    this.stored = stored;
    this.clock = clock;
    this.executor = executor;
    var kept = stored.read();
    this.state = kept.<State>map(last -> new Known(last.bundle())).orElse(new Awaited());
    this.heardAt = kept.map(StoredBundle.Kept::heardAt);
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public Optional<Instant> heardAt() {
    return heardAt;
  }

  @Override
  public void listen(Runnable listener) {
    changed = listener;
  }

  @Override
  public void start() {
    tick();
  }

  @Override
  public void tick() {
    synchronized (this) {
      if (closed || polling || !isDue()) {
        return;
      }
      polling = true;
    }
    executor.execute(this::poll);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  @Override
  public synchronized void forget() {
    closed = true;
    stored.delete();
  }

  private void poll() {
    try {
      if (take(client.fetch())) {
        changed.run();
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "the bundle endpoint {0} is of no use: {1}", url, e.getMessage());
    } finally {
      synchronized (this) {
        polling = false;
        polledAt = Optional.of(clock.instant());
      }
    }
  }

  /** Whether there is another bundle now. */
  private synchronized boolean take(byte[] document) {
    var fresh = TrustBundle.ofSpiffe(document);
    if (closed) {
      return false;
    }
    checkSequence(fresh);
    var now = clock.instant();
    stored.write(document, now);
    heardAt = Optional.of(now);
    var next = new Known(fresh);
    boolean isNews = !next.equals(state);
    state = next;
    return isNews;
  }

  /** The last bundle has the highest number there was: none comes after one but with its like. */
  private void checkSequence(TrustBundle fresh) {
    if (state instanceof Known(TrustBundle last)
        && last.sequence().isPresent()
        && (fresh.sequence().isEmpty()
            || fresh.sequence().getAsLong() < last.sequence().getAsLong())) {
      throw new IllegalArgumentException("spiffe_sequence went back, or is there no longer");
    }
  }

  /** Also where the clock was set back by as much: the next poll must not be far away. */
  private boolean isDue() {
    var now = clock.instant();
    return polledAt
        .map(last -> Duration.between(last, now).abs().compareTo(interval()) >= 0)
        .orElse(true);
  }

  private Duration interval() {
    var wanted =
        state instanceof Known(TrustBundle last)
            ? last.refreshHint().orElse(DEFAULT_INTERVAL)
            : DEFAULT_INTERVAL;
    if (wanted.compareTo(MIN_INTERVAL) < 0) {
      return MIN_INTERVAL;
    }
    return wanted.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : wanted;
  }
}
