package dev.sallyport.llm;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reminds streams to give signs of life. One look at all of them costs less than a timer for each:
 * a stream that is not silent costs no thread. Thread-safe.
 */
final class Heartbeats implements AutoCloseable {
  private final ScheduledThreadPoolExecutor clockwork;
  private final Set<ClientStream> streams = ConcurrentHashMap.newKeySet();

  Heartbeats(Duration interval) {
    this.clockwork =
        new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().name("llm-heartbeat").factory());
    var half = Math.max(1, interval.toNanos() / 2);
    var _ = clockwork.scheduleWithFixedDelay(this::look, half, half, TimeUnit.NANOSECONDS);
  }

  /** Reminds the stream until what is returned is closed. */
  Beating of(ClientStream stream) {
    streams.add(stream);
    return () -> streams.remove(stream);
  }

  /** How many streams there are of each state, save for those whose callers have left. */
  Map<StreamState, Long> states() {
    var counts = new EnumMap<StreamState, Long>(StreamState.class);
    for (var stream : streams) {
      stream.state().ifPresent(state -> counts.merge(state, 1L, Long::sum));
    }
    return counts;
  }

  /** Does something else now and then, until this is closed. */
  void every(Duration time, Runnable task) {
    var _ =
        clockwork.scheduleWithFixedDelay(
            () -> Thread.startVirtualThread(task),
            time.toNanos(),
            time.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /**
   * Each that is due has a thread of its own, since a write to one slow caller must not hold up the
   * others.
   */
  private void look() {
    for (var stream : streams) {
      if (stream.isDue()) {
        Thread.startVirtualThread(stream::beat);
      }
    }
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
  }

  /** Ends when closed. */
  @FunctionalInterface
  interface Beating extends AutoCloseable {
    @Override
    void close();
  }
}
