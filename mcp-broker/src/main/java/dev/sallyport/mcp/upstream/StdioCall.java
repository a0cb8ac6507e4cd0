package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What came in for one request and was not taken yet. It is bounded: a slow caller loses what it is
 * told, but not the answer. Thread-safe.
 */
final class StdioCall {
  static final int EVENTS = 256;
  static final int WATCHED_EVENTS = 4_096;

  private final BlockingQueue<Event> events;

  StdioCall(int most) {
    events = new ArrayBlockingQueue<>(most);
  }

  /** What came in. */
  sealed interface Event {
    /** The server says how far it is, or what else it has to say. */
    record Told(String method, ObjectNode params) implements Event {}

    /** The server asks something. */
    record Asked(RpcMessage.Request question) implements Event {}

    /** The server answered. */
    record Answered(StdioLines.Incoming message) implements Event {}

    /** The process ended. */
    record Broken() implements Event {}
  }

  /** Adds an event if there is room for it and what may still come. */
  boolean offer(Event event) {
    return events.remainingCapacity() > 1 && events.offer(event);
  }

  /** Adds an event, in the place of all others if there is no room. */
  void put(Event event) {
    if (!events.offer(event)) {
      events.clear();
      events.add(event);
    }
  }

  /**
   * Waits for an event.
   *
   * @throws Refusal with UPSTREAM_TIMEOUT if none came in time, with UPSTREAM_UNAVAILABLE if the
   *     thread was interrupted
   */
  Event next(Deadline deadline) {
    try {
      var event = events.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
      }
      return event;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }
}
