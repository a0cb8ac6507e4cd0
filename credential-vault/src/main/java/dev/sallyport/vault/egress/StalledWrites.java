package dev.sallyport.vault.egress;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Cuts connections whose upstream takes nothing in; a blocking write has no time limit itself. */
final class StalledWrites {
  private final ScheduledExecutorService timer;

  StalledWrites(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Cuts the connection unless closed in time. */
  Watch watch(Connection connection, long nanos) {
    var cut = timer.schedule(connection::cutAsStalled, nanos, TimeUnit.NANOSECONDS);
    return () -> cut.cancel(false);
  }

  /** A write under way. */
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
