package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Watches one server for as long as it is in force and anything is wanted of it: that its lists
 * change, or what can be read there. A watch that ends is begun again, after a pause that doubles
 * where it failed; where the server tells nothing of its own accord, only once something else is
 * wanted. Thread-safe.
 */
final class Watcher {
  private final RegistryConfig config;
  private final Supplier<Set<String>> wanted;
  private final Runnable suspect;
  private final Consumer<ObjectNode> updated;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** All from here on is guarded by the lock. */
  private Round current = new Round(new Interests(false, Set.of()));

  private boolean begun;
  private boolean stopped;
  private boolean listsChange;
  private boolean gap;

  /**
   * A watcher that does nothing yet.
   *
   * @param wanted says which URIs anyone wants to be told of
   * @param suspect is run when a list changed, or may have while nobody watched
   * @param updated is given the params of each update
   */
  Watcher(
      RegistryConfig config,
      Supplier<Set<String>> wanted,
      Runnable suspect,
      Consumer<ObjectNode> updated) {
    this.config = config;
    this.wanted = wanted;
    this.suspect = suspect;
    this.updated = updated;
  }

  /** Watches once, until that ends. */
  @FunctionalInterface
  interface Watch {
    /**
     * Watches.
     *
     * @return false if the server tells nothing of its own accord
     */
    boolean run(Interests interests, UpstreamEvents events, Cancellation cancellation);
  }

  private enum State {
    STARTING,
    WATCHING,
    ENDED,
    FAILED,
    NONE
  }

  /** One watch from its beginning to its end. */
  private final class Round implements UpstreamEvents {
    private final Interests interests;
    private final Cancellation cancellation = new Cancellation();
    private State state = State.ENDED;
    private Set<String> told = Set.of();

    private Round(Interests interests) {
      this.interests = interests;
    }

    @Override
    public void watching(Set<String> uris) {
      boolean missed;
      lock.lock();
      try {
        state = State.WATCHING;
        told = Set.copyOf(uris);
        missed = gap;
        gap = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (missed) {
        suspect.run();
      }
    }

    @Override
    public void listChanged() {
      suspect.run();
    }

    @Override
    public void updated(ObjectNode params) {
      updated.accept(params);
    }
  }

  /**
   * Begins, or goes on otherwise.
   *
   * @param lists whether the server says that it tells when its lists change
   */
  void start(String server, Watch watch, boolean lists) {
    lock.lock();
    try {
      if (listsChange != lists) {
        listsChange = lists;
        renew();
      }
      if (!begun && !stopped) {
        begun = true;
        Thread.ofVirtual().name("mcp-watch-" + server).start(() -> keep(watch));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends for good. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      renew();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a URI that is wanted by now is watched.
   *
   * @throws Refusal with UPSTREAM_REJECTED if the server does not tell about it, with
   *     UPSTREAM_UNAVAILABLE if it cannot be watched now, with UPSTREAM_TIMEOUT if it took too long
   */
  void awaitWatched(String uri, Duration longest) throws InterruptedException {
    lock.lock();
    try {
      long left = longest.toNanos();
      while (!isWatched(uri)) {
        if (left <= 0) {
          throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isWatched(String uri) {
    if (stopped) {
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
    if (!current.interests.uris().contains(uri)) {
      renew();
      return false;
    }
    return switch (current.state) {
      case STARTING, ENDED -> false;
      case WATCHING -> {
        requireTold(current.told.contains(uri));
        yield true;
      }
      case FAILED -> throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
      case NONE -> {
        requireTold(false);
        yield false;
      }
    };
  }

  private static void requireTold(boolean told) {
    if (!told) {
      throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
    }
  }

  /** Ends the present round, or the pause after it. */
  private void renew() {
    current.cancellation.cancel();
    changed.signalAll();
  }

  private void keep(Watch watch) {
    var pause = config.firstPause();
    try {
      for (var round = next(); !isStopped(); round = next()) {
        ended(round, run(watch, round));
        if (round.state == State.FAILED) {
          pause(round, pause);
          pause = longer(pause);
        } else {
          pause = config.firstPause();
          pause(round, pause);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration longer(Duration pause) {
    var doubled = pause.multipliedBy(2);
    return doubled.compareTo(config.longestPause()) > 0 ? config.longestPause() : doubled;
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** The next round, once there is anything to watch for. */
  private Round next() throws InterruptedException {
    lock.lock();
    try {
      var interests = interests();
      while (!stopped && (interests.isEmpty() || isInVain(interests))) {
        changed.await();
        interests = interests();
      }
      current = new Round(interests);
      current.state = State.STARTING;
      return current;
    } finally {
      lock.unlock();
    }
  }

  private Interests interests() {
    return new Interests(listsChange, wanted.get());
  }

  private boolean isInVain(Interests interests) {
    return current.state == State.NONE && current.interests.equals(interests);
  }

  private static State run(Watch watch, Round round) {
    try {
      return watch.run(round.interests, round, round.cancellation) ? State.ENDED : State.NONE;
    } catch (CallCancelledException _) {
      return State.ENDED;
    } catch (Refusal _) {
      return State.FAILED; // on record
    }
  }

  private void ended(Round round, State how) {
    lock.lock();
    try {
      gap |= !round.cancellation.isCancelled() && how != State.NONE;
      round.state = round.cancellation.isCancelled() ? State.ENDED : how;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits, unless the round was ended by us. */
  private void pause(Round round, Duration time) throws InterruptedException {
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !round.cancellation.isCancelled() && round.state != State.NONE) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
