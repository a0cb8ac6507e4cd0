package dev.sallyport.identity.revocation;

import dev.sallyport.identity.Authentication;
import dev.sallyport.identity.Authentication.Anonymous;
import dev.sallyport.identity.Authentication.Authenticated;
import dev.sallyport.identity.Authentication.LacksScope;
import dev.sallyport.identity.Authentication.Rejected;
import dev.sallyport.identity.Authentication.Revoked;
import dev.sallyport.identity.Authentication.Unavailable;
import dev.sallyport.identity.Authentication.WantsNonce;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Cancellation.Why;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All that is under way for callers who were let in, each with the proof that let it in. Once that
 * would not let it in any more, it is cut: after a change, at once; at the end of the proof, within
 * {@link #LOOK}. Thread-safe; to enter and to leave takes no lock.
 *
 * <p>A thread of its own looks, so that whoever changes something waits for none of it. It is one
 * of the platform's: a virtual one would wait behind the very streams that it is to cut.
 */
public final class Standing implements AutoCloseable {
  /** How often it is looked whose proof has come to its end. */
  public static final Duration LOOK = Duration.ofMillis(200);

  /** How long one is left alone whose proof cannot be checked, such as for want of keys. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long one is left alone who came in with a proof whose end was over, as clocks differ. */
  static final Duration TOLERANCE = Duration.ofSeconds(30);

  private static final Logger LOG = System.getLogger(Standing.class.getName());

  private final InstantSource clock;
  private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
  private final AtomicLong generation = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** How far it was looked. Guarded by the lock. */
  private long looked;

  /** Guarded by the lock. */
  private boolean closed;

  public Standing(InstantSource clock) {
    this.clock = clock;
    var _ = Thread.ofPlatform().daemon().name("standing").start(this::watch);
  }

  /** Grows with each change: to be read before a proof is checked. */
  public long generation() {
    return generation.get();
  }

  /** Has all proofs checked again, soon. To be called after a change of who is let in. */
  public void review() {
    generation.incrementAndGet();
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Enters a request.
   *
   * @param checkedIn the generation as it was before the proof was checked
   * @param again checks the same proof
   * @param cut is told if the request is cut
   */
  public Attendance enter(
      Principal principal, long checkedIn, Supplier<Authentication> again, Consumer<Why> cut) {
    return new Attendance(this, new Proof(principal, again), checkedIn != generation.get(), cut);
  }

  /** How much is under way. */
  public int size() {
    return entries.size();
  }

  Entry add(Proof proof, boolean request, boolean doubtful, Consumer<Why> cut) {
    var until = request ? until(proof.principal()) : Instant.MAX;
    var entry = new Entry(proof, request, until, cut);
    entry.doubted = doubtful;
    entries.add(entry);
    return entry;
  }

  private Instant until(Principal principal) {
    var now = clock.instant();
    return now.isBefore(principal.expiresAt()) ? principal.expiresAt() : now.plus(TOLERANCE);
  }

  void remove(Entry entry) {
    entries.remove(entry);
  }

  private void watch() {
    while (true) {
      boolean all;
      lock.lock();
      try {
        if (!closed && looked == generation.get()) {
          var _ = changed.await(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        }
        if (closed) {
          return;
        }
        long now = generation.get();
        all = looked != now;
        looked = now;
      } catch (InterruptedException _) {
        return; // nobody but the end of the process does that
      } finally {
        lock.unlock();
      }
      look(all);
    }
  }

  /** Looks at all, or at those whose time is over and those in doubt. */
  private void look(boolean all) {
    try {
      var now = clock.instant();
      entries.stream()
          .filter(entry -> !now.isBefore(entry.until))
          .forEach(entry -> cut(entry, Why.EXPIRED));
      var some = entries.stream().filter(entry -> all || entry.doubted).toList();
      // Requests first: each is cut, and said to be, before what outlives it takes it along.
      check(some.stream().filter(entry -> entry.request).toList());
      check(some.stream().filter(entry -> !entry.request).toList());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "it could not be looked who is still let in", e);
    }
  }

  private void check(List<Entry> some) {
    if (some.isEmpty()) {
      return;
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      some.forEach(entry -> threads.execute(() -> check(entry)));
    }
  }

  private void check(Entry entry) {
    try {
      switch (entry.proof.again().get()) {
        case Authenticated(Principal principal) -> {
          if (isSame(principal, entry.proof.principal())) {
            entry.doubted = false;
            entry.doubtedSince = Instant.MAX;
          } else {
            cut(entry, Why.REVOKED);
          }
        }
        case Unavailable _ -> doubt(entry);
        case Anonymous _, Rejected _, Revoked _, LacksScope _, WantsNonce _ ->
            cut(entry, Why.REVOKED);
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "it could not be checked whether a caller is still let in", e);
      doubt(entry);
    }
  }

  private void doubt(Entry entry) {
    var now = clock.instant();
    if (entry.doubtedSince.isAfter(now)) {
      entry.doubtedSince = now;
    }
    entry.doubted = true;
    if (!now.isBefore(entry.doubtedSince.plus(PATIENCE))) {
      cut(entry, Why.REVOKED);
    }
  }

  private static boolean isSame(Principal now, Principal before) {
    return now.id().equals(before.id())
        && now.authority().equals(before.authority())
        && now.delegation().equals(before.delegation())
        && now.scopes().containsAll(before.scopes());
  }

  private void cut(Entry entry, Why why) {
    if (entries.remove(entry)) {
      try {
        entry.cut.accept(why);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "what was cut could not be told of", e);
      }
    }
  }

  /** Looks no more. What is under way is left to itself. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Something under way. */
  static final class Entry {
    private final Proof proof;
    private final boolean request;
    private final Instant until;
    private final Consumer<Why> cut;

    /** It is to be checked at the next look. */
    private volatile boolean doubted;

    private volatile Instant doubtedSince = Instant.MAX;

    private Entry(Proof proof, boolean request, Instant until, Consumer<Why> cut) {
      this.proof = proof;
      this.request = request;
      this.until = until;
      this.cut = cut;
    }
  }
}
