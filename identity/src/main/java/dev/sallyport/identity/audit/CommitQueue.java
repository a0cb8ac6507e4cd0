package dev.sallyport.identity.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands records from many callers to the one writer, in groups. Bounded: callers wait while it is
 * full. Thread-safe.
 */
final class CommitQueue {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private List<Pending> waiting = new ArrayList<>();
  private int wanted = 1;
  private boolean closed;

  CommitQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Adds a record, and waits for room if there is none. False if the queue is closed. */
  boolean add(Pending record) {
    lock.lock();
    try {
      while (!closed && waiting.size() >= capacity) {
        drained.awaitUninterruptibly();
      }
      if (closed) {
        return false;
      }
      waiting.add(record);
      if (waiting.size() == wanted) {
        arrived.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes all that waits; waits for the first.
   *
   * @param returning how many may soon come beside those that wait: with any, the group is given
   *     time to grow by them
   * @param lingerNanos the most of that time
   * @return empty once the queue is closed and drained
   */
  List<Pending> take(int returning, long lingerNanos) {
    lock.lock();
    try {
      wanted = 1;
      while (!closed && waiting.isEmpty()) {
        arrived.awaitUninterruptibly();
      }
      linger(Math.min(waiting.size() + returning, capacity), lingerNanos);
      var group = waiting;
      waiting = new ArrayList<>(group.size());
      drained.signalAll();
      return group;
    } finally {
      lock.unlock();
    }
  }

  private void linger(int expected, long nanos) {
    long left = nanos;
    while (!closed && left > 0 && waiting.size() < expected) {
      wanted = expected;
      try {
        left = arrived.awaitNanos(left);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Takes no more records. */
  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
      drained.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
