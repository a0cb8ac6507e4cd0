package dev.sallyport.llm;

import dev.sallyport.vault.egress.EgressResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The streams that are read on after their callers have left. Thread-safe. */
final class Drains {
  private final Draining bounds;
  private final Semaphore places;

  Drains(Draining bounds) {
    this.bounds = bounds;
    this.places = new Semaphore(bounds.atOnce());
  }

  /**
   * Makes ready to read on an answer.
   *
   * @param paidAnyway whether its provider is paid for all of it even if it is given up
   */
  Drain of(EgressResponse response, boolean paidAnyway) {
    return new Drain(response, paidAnyway);
  }

  /** How many are read on. */
  int count() {
    return bounds.atOnce() - places.availablePermits();
  }

  /** One stream. Thread-safe. */
  final class Drain implements AutoCloseable {
    private final EgressResponse response;
    private final boolean paidAnyway;
    private @Nullable CompletableFuture<Void> end;
    private long deadline;
    private boolean closed;

    private Drain(EgressResponse response, boolean paidAnyway) {
      this.response = response;
      this.paidAnyway = paidAnyway;
    }

    /**
     * Says that the caller has left: once more has no effect.
     *
     * @return whether the answer is to be read on; it is cut when the time for that is over. One
     *     that was closed never is
     */
    synchronized boolean begin() {
      if (end != null) {
        return true;
      }
      if (closed || !paidAnyway || !bounds.longest().isPositive() || !places.tryAcquire()) {
        return false;
      }
      deadline = System.nanoTime() + bounds.longest().toNanos();
      end = CompletableFuture.runAsync(response::abort, after(bounds.longest()));
      return true;
    }

    /** Whether more may be read. */
    synchronized boolean isLeft(long bytes) {
      return bytes < bounds.mostBytes() && deadline - System.nanoTime() > 0;
    }

    @Override
    public synchronized void close() {
      closed = true;
      if (end != null) {
        end.cancel(false);
        end = null;
        places.release();
      }
    }

    private static Executor after(Duration time) {
      return CompletableFuture.delayedExecutor(
          time.toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread);
    }
  }
}
