package dev.sallyport.vault.egress;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Cuts connections whose upstream takes nothing in, or gives nothing out, for longer than it may:
 * at most a twentieth of a second later. One look at all of them costs less than a timer for each
 * read and write. Thread-safe.
 */
final class Stalls {
  private static final long EVERY_MILLIS = 50;

  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  Stalls(ScheduledExecutorService timer) {
    var _ =
        timer.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Watches a connection until it is forgotten. */
  void watch(Connection connection) {
    open.add(connection);
  }

  void forget(Connection connection) {
    open.remove(connection);
  }

  private void look() {
    long now = System.nanoTime();
    open.forEach(connection -> connection.cutIfStalled(now));
  }
}
