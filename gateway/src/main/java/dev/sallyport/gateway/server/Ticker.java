package dev.sallyport.gateway.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does what is to be done from time to time, one thing after the other. */
final class Ticker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Ticker.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticker").factory());

  /** Does this again and again; a failure is logged and does not end it. */
  void every(Duration period, String what, Task task) {
    var _ =
        executor.scheduleWithFixedDelay(
            () -> attempt(what, task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void attempt(String what, Task task) {
    try {
      task.run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.log(Level.ERROR, what + " failed", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "a task did not end in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Something to be done. */
  @FunctionalInterface
  interface Task {
    void run() throws Exception;
  }
}
