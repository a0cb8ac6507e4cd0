package dev.sallyport.gateway.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Does what is to be done from time to time, one thing after the other. */
final class Ticker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Ticker.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Pattern NUMBERS = Pattern.compile("[0-9]+");

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ticker").factory());

  /**
   * Does this again and again. A failure does not end it; it is logged once, until it is done again
   * or fails in another way, by its class or its message.
   */
  void every(Duration period, String what, Task task) {
    var _ =
        executor.scheduleWithFixedDelay(
            new Repeated(what, task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
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

  /** A task, and how it failed the last time. For the one thread. */
  private static final class Repeated implements Runnable {
    private final String what;
    private final Task task;
    private Optional<Failure> failure = Optional.empty();

    private Repeated(String what, Task task) {
      this.what = what;
      this.task = task;
    }

    @Override
    public void run() {
      try {
        task.run();
        if (failure.isPresent()) {
          failure = Optional.empty();
          LOG.log(Level.WARNING, what + " goes on");
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        var now = Optional.of(Failure.of(e));
        boolean isKnown = failure.equals(now);
        failure = now;
        if (!isKnown) {
          LOG.log(Level.ERROR, what + " failed, and is tried again and again", e);
        }
      }
    }
  }

  /** How a task failed: times and counts in its message make it no other. */
  private record Failure(Class<?> kind, String message) {
    static Failure of(Exception e) {
      return new Failure(
          e.getClass(), NUMBERS.matcher(String.valueOf(e.getMessage())).replaceAll("0"));
    }
  }

  /** Something to be done. */
  @FunctionalInterface
  interface Task {
    void run() throws Exception;
  }
}
