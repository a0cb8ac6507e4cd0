package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Interests;
import dev.sallyport.mcp.upstream.UpstreamEvents;
import dev.sallyport.mcp.upstream.UpstreamEvents.More;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
  private final Supplier<Interests> wanted;
  private final Runnable suspect;
  private final Runnable look;
  private final Consumer<ObjectNode> updated;
  private final Consumer<ObjectNode> taskChanged;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** All from here on is guarded by the lock. */
  private Round current = new Round(Interests.NONE);

  private boolean begun;
  private boolean stopped;
  private boolean listsChange;

  /** Whether nobody watched for a while, since the server could not be. */
  private boolean outage;

  /** Whether nobody watched for a moment, before the first watch or between two. */
  private boolean moment = true;

  /**
   * A watcher that does nothing yet.
   *
   * @param wanted says what anyone wants to be told of
   * @param suspect is run when a list changed, or may have while the server could not be watched
   * @param look is run when a list may have changed in the moment before it was watched
   * @param updated is given the params of each update
   * @param taskChanged is given the params of each change of a task
   */
  Watcher(
      RegistryConfig config,
      Supplier<Interests> wanted,
      Runnable suspect,
      Runnable look,
      Consumer<ObjectNode> updated,
      Consumer<ObjectNode> taskChanged) {
    this.config = config;
    this.wanted = wanted;
    this.suspect = suspect;
    this.look = look;
    this.updated = updated;
    this.taskChanged = taskChanged;
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
    private Interests told = Interests.NONE;
    private Optional<More> more = Optional.empty();

    /** What was asked for since it began, and whether the server tells about it. */
    private final Map<Topic, Boolean> added = new HashMap<>();

    private Round(Interests interests) {
      this.interests = interests;
    }

    /** Begins to count, unless it was to end before it began. */
    @Override
    public void watching(Interests now, Optional<More> asking) {
      boolean suspected;
      boolean looked;
      lock.lock();
      try {
        if (cancellation.isCancelled()) {
          return;
        }
        state = State.WATCHING;
        told = now;
        more = asking;
        suspected = outage;
        looked = moment && now.lists() && !suspected;
        outage = false;
        moment &= !now.lists();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (suspected) {
        suspect.run();
      }
      if (looked) {
        look.run();
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

    @Override
    public void taskChanged(ObjectNode params) {
      taskChanged.accept(params);
    }

    /** Whether nothing is missed, and it is not about to end. */
    private boolean isWatching() {
      return state == State.WATCHING && !cancellation.isCancelled();
    }

    private boolean knows(Topic topic) {
      return topic.isIn(interests) || added.containsKey(topic);
    }

    private boolean isTold(Topic topic) {
      return topic.isIn(told) || added.getOrDefault(topic, false);
    }

    /** How more is asked for, if that can be done without beginning anew. */
    private Optional<More> more(Topic topic) {
      return isWatching() && topic.kind() == Topic.Kind.RESOURCE
          ? more.filter(asking -> !asking.isOver())
          : Optional.empty();
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
   * Waits until what is wanted by now is watched. The watch of what was wanted before goes on
   * meanwhile, where the server can be asked for more.
   *
   * @throws Refusal with UPSTREAM_REJECTED if the server does not tell about it, with
   *     UPSTREAM_UNAVAILABLE if it cannot be watched now, with UPSTREAM_TIMEOUT if it took too long
   */
  void awaitWatched(Topic topic, Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    for (var asking = asking(topic, deadline); asking.isPresent(); ) {
      ask(topic, asking.get());
      asking = asking(topic, deadline);
    }
  }

  /** A round that is to be asked for more. */
  private record Asking(Round round, More more) {}

  /** Waits until a topic is watched, or is to be asked for. */
  private Optional<Asking> asking(Topic topic, long deadline) throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        var round = current;
        var more = round.knows(topic) ? Optional.<More>empty() : round.more(topic);
        if (more.isPresent() && !stopped) {
          return Optional.of(new Asking(round, more.get()));
        }
        if (isWatched(topic)) {
          return Optional.empty();
        }
        long left = deadline - System.nanoTime();
        if (left <= 0 || changed.awaitNanos(left) <= 0) {
          throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void ask(Topic topic, Asking asking) {
    boolean told = asking.more().uri(topic.name());
    lock.lock();
    try {
      boolean said = told || !asking.more().isOver();
      if (said && asking.round() == current && current.isWatching()) {
        current.added.put(topic, told);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isWatched(Topic topic) {
    if (stopped) {
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
    if (!current.knows(topic)) {
      renew();
    }
    if (current.cancellation.isCancelled()) {
      return false;
    }
    return switch (current.state) {
      case STARTING, ENDED -> false;
      case WATCHING -> {
        requireTold(current.isTold(topic));
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
    return wanted.get().withLists(listsChange);
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
      boolean ours = round.cancellation.isCancelled();
      outage |= !ours && how != State.NONE;
      moment = true;
      round.state = ours ? State.ENDED : how;
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
