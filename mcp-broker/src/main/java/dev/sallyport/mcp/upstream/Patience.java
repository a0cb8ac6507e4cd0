package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.function.Supplier;

/** How long one call may wait, in all, for what a person says. For the thread of the call. */
final class Patience {
  /** Long enough for a person to read, think and type. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private long leftNanos;

  Patience(Duration longest) {
    leftNanos = longest.toNanos();
  }

  /**
   * Waits. Once it took too long, the thread is interrupted.
   *
   * @throws Refusal with UPSTREAM_TIMEOUT if it took too long
   */
  <T> T during(Supplier<T> wait) {
    var end = new End(Thread.currentThread());
    long began = System.nanoTime();
    var watch = Thread.ofVirtual().start(() -> end.await(Duration.ofNanos(leftNanos)));
    try {
      var said = wait.get();
      end.answered();
      return said;
    } catch (RuntimeException e) {
      end.answered();
      throw e;
    } finally {
      watch.interrupt();
      leftNanos = Math.max(0, leftNanos - (System.nanoTime() - began));
    }
  }

  /** Either the answer or the end of the time, whichever is first. */
  private static final class End {
    private final Thread waiting;
    private boolean answered;
    private boolean over;

    private End(Thread waiting) {
      this.waiting = waiting;
    }

    private void await(Duration left) {
      try {
        Thread.sleep(left);
      } catch (InterruptedException _) {
        return;
      }
      synchronized (this) {
        if (!answered) {
          over = true;
          waiting.interrupt();
        }
      }
    }

    private synchronized void answered() {
      answered = true;
      if (over) {
        var _ = Thread.interrupted();
        throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
      }
    }
  }
}
