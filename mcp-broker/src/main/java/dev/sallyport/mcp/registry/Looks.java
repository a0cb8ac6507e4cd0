package dev.sallyport.mcp.registry;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The looks that one thread takes at a server, one after the other, and those who wait for one. All
 * who wait at the same time wait for the same. Thread-safe.
 */
final class Looks {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** All from here on is guarded by the lock; the looks have numbers from 1. */
  private long begun;

  private long ended;
  private long answered;
  private long begunAt;
  private long answeredAt;
  private boolean over;

  /** A look begins. */
  void begin(long nanoTime) {
    lock.lock();
    try {
      begun++;
      begunAt = nanoTime;
    } finally {
      lock.unlock();
    }
  }

  /** It ended; what it saw is in force by now if the server answered. */
  void end(boolean wasAnswered) {
    lock.lock();
    try {
      ended = begun;
      if (wasAnswered) {
        answered = begun;
        answeredAt = begunAt;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more are taken. */
  void stop() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a look that was answered began less than so long before a moment. */
  boolean isFresh(long nanoTime, Duration maxAge) {
    lock.lock();
    try {
      return answered > 0 && nanoTime - answeredAt < maxAge.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a look that began less than so long ago, or that has yet to begin.
   *
   * @param look has one taken, as soon as none is under way
   * @return whether there was one, and it was answered
   */
  boolean await(Duration maxAge, Duration patience, Runnable look) {
    lock.lock();
    try {
      long now = System.nanoTime();
      if (isFresh(now, maxAge)) {
        return true;
      }
      boolean joins = begun > ended && now - begunAt < maxAge.toNanos();
      long awaited = joins ? begun : begun + 1;
      if (!joins) {
        look.run();
      }
      long left = patience.toNanos();
      while (ended < awaited && !over && left > 0) {
        left = changed.awaitNanos(left);
      }
      return answered >= awaited;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
