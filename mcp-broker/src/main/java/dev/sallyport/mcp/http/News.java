package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a client is to be told and was not told yet. Of two notifications that say the same only one
 * is kept, so that a client who does not read holds no more than there are things to tell of; and
 * of more than {@value #MOST} of them, the latest. Thread-safe.
 */
final class News {
  static final int MOST = 1_024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final SequencedMap<String, ObjectNode> waiting = new LinkedHashMap<>();
  private boolean ended;

  /** Something may have changed that is to be looked at. */
  private boolean doubtful;

  /**
   * Adds a notification.
   *
   * @param about what it tells of; the same words replace each other
   */
  void add(String about, ObjectNode notification) {
    lock.lock();
    try {
      if (!ended) {
        waiting.put(about, notification);
        if (waiting.size() > MOST) {
          waiting.pollFirstEntry();
        }
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has whoever waits for a notification look whether there is one. */
  void doubt() {
    lock.lock();
    try {
      doubtful = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends it: what waits is still given, and nothing comes after it. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is nothing more to come. */
  boolean isOver() {
    lock.lock();
    try {
      return ended && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** The next notification; empty if none came in time, none will, or it is in doubt. */
  Optional<ObjectNode> next(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (waiting.isEmpty() && !ended && !doubtful && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (doubtful) {
        doubtful = false;
        return Optional.empty();
      }
      return Optional.ofNullable(waiting.pollFirstEntry()).map(Map.Entry::getValue);
    } finally {
      lock.unlock();
    }
  }
}
