package dev.sallyport.identity.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands records from many callers to the one writer, in groups. Bounded: callers wait while it is
 * full. Thread-safe.
 */
final class CommitQueue {
  private final int capacity;
  private final Executor afterTheReady;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private List<Pending> waiting = new ArrayList<>();
  private int wanted = 1;

  /** The number of the group that is being taken, or was taken last. */
  private long group;

  /** The last group that all who were ready to run have had their turn to join. */
  private long complete;

  private boolean closed;

  /**
   * @param afterTheReady runs a task once callers that were ready to run have had their turn
   */
  CommitQueue(int capacity, Executor afterTheReady) {
    this.capacity = capacity;
    this.afterTheReady = afterTheReady;
  }

  /** A queue for callers on virtual threads. */
  static CommitQueue ofVirtualThreads(int capacity) {
    return new CommitQueue(capacity, Thread::startVirtualThread);
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
   *     time to grow by them while callers are ready to run
   * @param lingerNanos the most of that time
   * @return empty once the queue is closed and drained
   */
  List<Pending> take(int returning, long lingerNanos) {
    lock.lock();
    try {
      group++;
      wanted = 1;
      while (!closed && waiting.isEmpty()) {
        arrived.awaitUninterruptibly();
      }
      if (returning > 0) {
        linger(Math.min(waiting.size() + returning, capacity), lingerNanos);
      }
      var taken = waiting;
      waiting = new ArrayList<>(taken.size());
      drained.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void linger(int expected, long nanos) {
    long lingering = group;
    afterTheReady.execute(() -> endLinger(lingering));
    wanted = expected;
    long left = nanos;
    while (!closed && left > 0 && waiting.size() < expected && complete != lingering) {
      try {
        left = arrived.awaitNanos(left);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Ends the wait for a group to grow, unless it was taken. */
  private void endLinger(long lingering) {
    lock.lock();
    try {
      if (lingering == group) {
        complete = lingering;
        arrived.signal();
      }
    } finally {
      lock.unlock();
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
