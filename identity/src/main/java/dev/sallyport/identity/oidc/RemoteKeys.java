package dev.sallyport.identity.oidc;

import dev.sallyport.identity.token.KeySet;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys that an issuer publishes on the web.
 *
 * <p>They are fetched ahead of need, off any request. A request whose key is known never waits. One
 * that names another key makes them be fetched again, at most once in {@link #INTERVAL} however
 * many ask: whoever asks in between is told that it cannot be said yet, unless the last fetch has
 * shown that there is no such key. So no flood of unknown names hides a new key for longer than
 * that, and none reaches the issuer. Keys that were had serve for {@link #OUTAGE} where the issuer
 * cannot be reached. One that publishes none has taken all of them back.
 */
public final class RemoteKeys implements IssuerKeys {
  /** The time from one fetch to the next, at least. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  /** How old keys may become before they are fetched again. */
  static final Duration FRESH = Duration.ofMinutes(4);

  /** How old keys may become while they cannot be fetched. */
  static final Duration OUTAGE = Duration.ofHours(1);

  private static final Logger LOG = System.getLogger(RemoteKeys.class.getName());
  private static final Duration PATIENCE = WebDocument.DEADLINE.plusSeconds(1);
  private static final String NOT_FETCHED = "they cannot be fetched: ";
  private static final String NONE_OF_USE =
      "it publishes no key of use here, so none of its tokens hold";
  private static final int MAX_WAITING = 64;
  private static final int MAX_ASKED = 1_000;

  private final KeyDocument document;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(MAX_WAITING);
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Runnable changed = () -> {};
  private volatile Optional<Held> held = Optional.empty();

  // What follows is read and written under the lock.
  private Optional<Fetch> underWay = Optional.empty();
  private Optional<Instant> lastBegun = Optional.empty();
  private Set<String> absent = Set.of();
  private boolean wanted;

  /** Why the last fetch brought no key; empty if it brought one. */
  private String fault = "";

  private RemoteKeys(KeyDocument document, InstantSource clock) {
    this.document = document;
    this.clock = clock;
  }

  /**
   * Keys at an address, not fetched before the start.
   *
   * @throws IllegalArgumentException unless it is https, or http on this machine
   */
  public static RemoteKeys at(String jwksUri, InstantSource clock) {
    return new RemoteKeys(new WebDocument("jwksUri", jwksUri), clock);
  }

  /**
   * Keys at the address that an issuer's metadata names, not fetched before the start.
   *
   * @throws IllegalArgumentException unless the issuer is https, or http on this machine
   */
  public static RemoteKeys of(String issuer, InstantSource clock) {
    return new RemoteKeys(new DiscoveredKeys(issuer), clock);
  }

  @Override
  public Optional<PublicKey> find(String kid) throws KeysUnavailableException {
    var known = known(kid);
    if (known.isPresent()) {
      return known;
    }
    var fetch = ask(kid);
    if (fetch.isPresent()) {
      await(fetch.get());
    }
    return known(kid);
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
    lock.lock();
    try {
      var now = clock.instant();
      var isStale = held.map(keys -> !isWithin(FRESH, keys.at, now)).orElse(true);
      if ((isStale || wanted) && underWay.isEmpty() && isDue(now)) {
        begin(now);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    document.close();
  }

  private Optional<PublicKey> known(String kid) {
    return held.filter(keys -> isWithin(OUTAGE, keys.at, clock.instant()))
        .flatMap(keys -> keys.set.find(kid));
  }

  /** The fetch that will tell of a name; empty if the last one has told. */
  private Optional<Fetch> ask(String kid) throws KeysUnavailableException {
    lock.lock();
    try {
      if (known(kid).isPresent()) { // since this request looked
        return Optional.empty();
      }
      var now = clock.instant();
      if (underWay.isEmpty() && isDue(now)) {
        begin(now);
      }
      underWay.ifPresent(fetch -> fetch.ask(kid));
      if (underWay.isEmpty() && !absent.contains(kid)) {
        wanted = true;
        throw new KeysUnavailableException();
      }
      return underWay;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue(Instant now) {
    return lastBegun.map(last -> !isWithin(INTERVAL, last, now)).orElse(true);
  }

  /** Whether so little lies between two moments, in either direction: a clock may be set back. */
  private static boolean isWithin(Duration most, Instant one, Instant other) {
    return Duration.between(one, other).abs().compareTo(most) < 0;
  }

  private void begin(Instant now) {
    var fetch = new Fetch(new HashSet<>(), new CompletableFuture<>());
    lastBegun = Optional.of(now);
    underWay = Optional.of(fetch);
    wanted = false;
    Thread.ofVirtual().name("issuer-keys").start(() -> run(fetch));
  }

  private void await(Fetch fetch) throws KeysUnavailableException {
    if (!places.tryAcquire()) {
      throw new KeysUnavailableException();
    }
    try {
      if (!fetch.succeeded.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new KeysUnavailableException();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new KeysUnavailableException();
    } catch (ExecutionException | TimeoutException _) {
      throw new KeysUnavailableException();
    } finally {
      places.release();
    }
  }

  private void run(Fetch fetch) {
    var succeeded = false;
    try {
      var brought = KeySet.ofIssuer(document.fetch());
      var why = brought.isEmpty() ? NONE_OF_USE : "";
      end(fetch, Optional.of(brought), why, why);
      succeeded = true;
    } catch (NoDocumentException e) {
      end(fetch, Optional.empty(), e.reason(), NOT_FETCHED + e.getMessage());
    } catch (IOException | RuntimeException e) {
      var why = NOT_FETCHED + e.getMessage();
      end(fetch, Optional.empty(), why, why);
    } finally {
      fetch.succeeded.complete(succeeded);
    }
  }

  /**
   * Takes what a fetch brought. Each reason why there is no key is logged once, until it is another
   * or there are keys again.
   *
   * @param why why it brought no key, by which the reason is known again; empty if it brought one
   * @param told the same with all there is to say of it
   */
  private void end(Fetch fetch, Optional<KeySet> brought, String why, String told) {
    boolean isChange;
    boolean isNewFault;
    lock.lock();
    try {
      underWay = Optional.empty();
      isNewFault = !why.isEmpty() && !why.equals(fault);
      fault = why;
      isChange =
          brought.isPresent()
              && held.map(before -> !before.set.equals(brought.get())).orElse(false);
      if (brought.isPresent()) {
        held = Optional.of(new Held(brought.get(), clock.instant()));
        absent = Set.copyOf(fetch.asked);
      }
    } finally {
      lock.unlock();
    }
    if (isNewFault) {
      LOG.log(Level.WARNING, "no keys of the issuer at {0}: {1}", document.place(), told);
    }
    if (isChange) {
      changed.run();
    }
  }

  /** The keys of one moment. */
  private record Held(KeySet set, Instant at) {}

  /**
   * One fetch.
   *
   * @param asked names that it was asked for, not all of them if they are many
   */
  private record Fetch(Set<String> asked, CompletableFuture<Boolean> succeeded) {
    private void ask(String kid) {
      if (asked.size() < MAX_ASKED) {
        asked.add(kid);
      }
    }
  }
}
