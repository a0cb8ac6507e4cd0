package dev.sallyport.gateway.turn;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does something after a time, unless it is told before that there is no need. */
@FunctionalInterface
public interface TurnTimer {
  /** Does the task after the time, on a thread of its own, unless what is returned is closed. */
  Running start(Duration time, Runnable task);

  /** Waits in a virtual thread for each. */
  static TurnTimer ofVirtualThreads() {
    return (time, task) -> {
      var closed = new CountDownLatch(1);
      Thread.ofVirtual()
          .name("turn-timer")
          .start(() -> {
            try {
              if (!closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                task.run();
              }
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
          });
      return closed::countDown;
    };
  }

  /** Is under way until it is closed. */
  @FunctionalInterface
  interface Running extends AutoCloseable {
    @Override
    void close();
  }
}
