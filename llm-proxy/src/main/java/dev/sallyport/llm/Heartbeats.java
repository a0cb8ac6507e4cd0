package dev.sallyport.llm;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Reminds streams to give signs of life. Thread-safe. */
final class Heartbeats implements AutoCloseable {
  private final ScheduledThreadPoolExecutor clockwork;
  private final Duration interval;

  Heartbeats(Duration interval) {
    this.interval = interval;
    this.clockwork =
        new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().name("llm-heartbeat").factory());
    clockwork.setRemoveOnCancelPolicy(true);
  }

  /** Reminds the stream until what is returned is closed. */
  Beating of(ClientStream stream) {
    var half = Math.max(1, interval.toNanos() / 2);
    // Each beat has its own thread, since a write to one slow caller must not hold up the others.
    var task =
        clockwork.scheduleAtFixedRate(
            () -> Thread.startVirtualThread(stream::beat), half, half, TimeUnit.NANOSECONDS);
    return () -> task.cancel(false);
  }

  /** Does something else now and then, until this is closed. */
  void every(Duration time, Runnable task) {
    var _ =
        clockwork.scheduleAtFixedRate(
            () -> Thread.startVirtualThread(task),
            time.toNanos(),
            time.toNanos(),
            TimeUnit.NANOSECONDS);
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
