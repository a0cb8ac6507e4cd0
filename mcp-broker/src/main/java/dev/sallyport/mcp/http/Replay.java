package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
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

  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<byte[]> events = new ArrayList<>();
  private int bytes;
  private boolean ended;

  /**
   * A stream on which nothing was written.
   *
   * @param name tells it from the other streams of its session; without a minus sign
   */
  Replay(String name) {
    this.name = name;
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
   * Keeps a message, and gives it as it is to be written. Of a stream that has become too long only
   * the last message is kept, which answers the request.
   */
  byte[] add(ObjectNode message, boolean last) {
    lock.lock();
    try {
      var id =
          ("id: " + name + "-" + (events.size() + 1) + "\n").getBytes(StandardCharsets.US_ASCII);
      var event = CallStream.event(message);
      var whole = new byte[id.length + event.length];
      System.arraycopy(id, 0, whole, 0, id.length);
      System.arraycopy(event, 0, whole, id.length, event.length);
      boolean kept = last || (events.size() < MAX_EVENTS && bytes + whole.length <= MAX_BYTES);
      bytes += kept ? whole.length : 0;
      events.add(kept ? whole : new byte[0]);
      ended |= last;
      changed.signalAll();
      return whole;
    } finally {
      lock.unlock();
    }
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

  /** The event of that number, counted from 1, once there is one; empty if there will be none. */
  Optional<byte[]> event(int number) throws InterruptedException {
    lock.lock();
    try {
      while (events.size() < number && !ended) {
        changed.await();
      }
      return events.size() < number ? Optional.empty() : Optional.of(events.get(number - 1));
    } finally {
      lock.unlock();
    }
  }
}
