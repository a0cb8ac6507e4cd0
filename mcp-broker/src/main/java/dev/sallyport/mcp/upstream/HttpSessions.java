package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Dialect.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions with one server: one that all share whose client has nothing that sets it apart, and
 * one for each owner and face besides. There are at most {@value #MOST} of those; the one unused
 * longest makes room. Thread-safe.
 */
final class HttpSessions {
  static final int MOST = 256;

  /** How long a session that nobody shares stays when it is not used. */
  static final Duration IDLE = Duration.ofMinutes(10);

  private final LongSupplier nanoTime;
  private final Slot shared = new Slot();

  /** In the order of their last use. Guarded by this. */
  private final LinkedHashMap<Key, Slot> own = new LinkedHashMap<>(16, 0.75f, true);

  HttpSessions(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Key(PrincipalId owner, ClientFace face) {}

  /** A place for a session, which is begun by its first use. */
  static final class Slot {
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable Dialect dialect;

    /** Guarded by the pool. */
    private int underWay;

    /** Guarded by the pool. */
    private long idleSince;

    /**
     * How the server is spoken to here.
     *
     * @param start finds out, unless that is known; by one thread at a time
     */
    Dialect dialect(Deadline deadline, Supplier<Dialect> start) {
      var known = dialect;
      return known != null ? known : begun(deadline, start);
    }

    private Dialect begun(Deadline deadline, Supplier<Dialect> start) {
      try {
        if (!starting.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
          throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
      }
      try {
        var known = dialect;
        var found = known != null ? known : start.get();
        dialect = found;
        return found;
      } finally {
        starting.unlock();
      }
    }

    /** Has the next use find out again, unless another did already. */
    void forget(Dialect known) {
      starting.lock();
      try {
        if (known.equals(dialect)) {
          dialect = null;
        }
      } finally {
        starting.unlock();
      }
    }

    private Optional<Session> session() {
      return dialect instanceof Session session ? Optional.of(session) : Optional.empty();
    }
  }

  /**
   * The place for a request, until {@link #leave}.
   *
   * @param ended is given a session that made room
   * @throws Refusal with RATE_LIMITED if there is no room
   */
  Slot enter(PrincipalId owner, ClientFace face, Consumer<Session> ended) {
    if (face.isPlain()) {
      return shared;
    }
    var key = new Key(owner, face);
    Optional<Session> last;
    Slot slot;
    synchronized (this) {
      var present = own.get(key);
      last = present == null ? makeRoom() : Optional.empty();
      slot = present == null ? new Slot() : present;
      own.put(key, slot);
      slot.underWay++;
    }
    last.ifPresent(ended);
    return slot;
  }

  void leave(Slot slot) {
    if (slot != shared) {
      synchronized (this) {
        slot.underWay--;
        slot.idleSince = nanoTime.getAsLong();
      }
    }
  }

  /** The place that is shared. */
  Slot shared() {
    return shared;
  }

  /** Lets go of the sessions that were not used for long, and gives them to be ended. */
  synchronized List<Session> expired() {
    long before = nanoTime.getAsLong() - IDLE.toNanos();
    var expired = new ArrayList<Session>();
    own.values()
        .removeIf(slot -> {
          boolean idle = slot.underWay == 0 && slot.idleSince - before <= 0;
          if (idle) {
            slot.session().ifPresent(expired::add);
          }
          return idle;
        });
    return expired;
  }

  /** Lets go of all sessions, and gives them to be ended. */
  synchronized List<Session> all() {
    var all = new ArrayList<Session>();
    own.values().forEach(slot -> slot.session().ifPresent(all::add));
    own.clear();
    shared.session().ifPresent(all::add);
    shared.dialect = null;
    return all;
  }

  private Optional<Session> makeRoom() {
    if (own.size() < MOST) {
      return Optional.empty();
    }
    for (Map.Entry<Key, Slot> entry : own.entrySet()) {
      if (entry.getValue().underWay == 0) {
        own.remove(entry.getKey());
        return entry.getValue().session();
      }
    }
    throw new Refusal(RefusalCode.RATE_LIMITED);
  }
}
