package dev.sallyport.mcp.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was written on one stream, for a client who lost it and takes it up again. Source: MCP
 * 2025-11-25, "Resumability and Redelivery". Thread-safe.
 */
final class Replay {
  /** How soon a client may come again, in milliseconds. */
  static final int RETRY_MILLIS = 1_000;

  private static final int MAX_EVENTS = 512;
  private static final int MAX_BYTES = 1 << 20;
  private static final byte[] NOTHING = {};

  private final String name;
  private final ReplayStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<byte[]> events = new ArrayList<>();
  private int bytes;
  private boolean ended;

  /**
   * A stream on which nothing was written.
   *
   * @param name tells it from the other streams of its session; without a minus sign
   * @param store bounds what is kept of all streams
   */
  Replay(String name, ReplayStore store) {
    this.name = name;
    this.store = store;
  }

  String name() {
    return name;
  }

  /** What comes first on the stream: the place from which it can be taken up, and when. */
  byte[] opening() {
    return ("id: " + name + "-0\nretry: " + RETRY_MILLIS + "\ndata: \n\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Keeps a message, which is JSON, and gives it as it is to be written. Of a stream that has
   * become too long only the last message is kept, which answers the request.
   */
  byte[] add(byte[] message, boolean last) {
    byte[] whole;
    boolean kept;
    lock.lock();
    try {
      var id =
          ("id: " + name + "-" + (events.size() + 1) + "\n").getBytes(StandardCharsets.US_ASCII);
      var event = CallStream.event(message);
      whole = new byte[id.length + event.length];
      System.arraycopy(id, 0, whole, 0, id.length);
      System.arraycopy(event, 0, whole, id.length, event.length);
      boolean fits = events.size() < MAX_EVENTS && bytes + whole.length <= MAX_BYTES;
      kept = !ended && (last || fits);
      bytes += kept ? whole.length : 0;
      events.add(kept ? whole : NOTHING);
      ended |= last;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (kept) {
      store.kept(this, whole.length);
    }
    return whole;
  }

  /** Says that no message answers the request. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether an event of that number was written, or 0 is its number. */
  boolean has(int number) {
    lock.lock();
    try {
      return number >= 0 && number <= events.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is no event of that number, counted from 1, and will be none. */
  boolean isOver(int number) {
    lock.lock();
    try {
      return ended && events.size() < number;
    } finally {
      lock.unlock();
    }
  }

  /** The event of that number, counted from 1; empty if it did not come in time, or never will. */
  Optional<byte[]> event(int number, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (events.size() < number && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return events.size() < number ? Optional.empty() : Optional.of(events.get(number - 1));
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of what was kept. */
  void forget() {
    lock.lock();
    try {
      bytes = 0;
      events.replaceAll(_ -> NOTHING);
    } finally {
      lock.unlock();
    }
  }
}
