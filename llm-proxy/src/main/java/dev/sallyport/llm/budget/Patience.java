package dev.sallyport.llm.budget;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * How long callers wait for what another thread does. One thread ends the waits that take longer,
 * up to an eighth later: a timer for each would cost more than most of what is waited for.
 * Thread-safe.
 */
final class Patience {
  private static final int LOOKS = 8;

  /** How many looks in a row find nothing before the thread ends. */
  private static final int IDLE_LOOKS = 6 * LOOKS;

  private final long nanos;
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean watched = new AtomicBoolean();

  Patience(Duration most) {
    this.nanos = most.toNanos();
  }

  private record Wait(long since, CompletableFuture<?> told) {}

  /** The time is over, and what was waited for goes on. */
  private static final class OverException extends TimeoutException {
    private static final long serialVersionUID = 1;

    OverException() {
      super("it takes too long");
    }
  }

  /** As a period of time. */
  long nanos() {
    return nanos;
  }

  /**
   * Waits until something is done.
   *
   * @throws ExecutionException if it failed
   * @throws TimeoutException if it takes too long; it goes on
   */
  <T> T await(CompletableFuture<T> done)
      throws ExecutionException, TimeoutException, InterruptedException {
    var told = done.copy();
    var wait = new Wait(System.nanoTime(), told);
    waits.add(wait);
    watch();
    try {
      return told.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OverException over) {
        throw over;
      }
      throw e;
    } finally {
      waits.remove(wait);
    }
  }

  private void watch() {
    if (!watched.get() && watched.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("budget-patience").start(this::look);
    }
  }

  private void look() {
    for (int idle = 0; idle < IDLE_LOOKS || !mayEnd(); idle++) {
      LockSupport.parkNanos(nanos / LOOKS);
      if (!waits.isEmpty()) {
        idle = 0;
      }
      long now = System.nanoTime();
      waits.stream()
          .filter(wait -> now - wait.since() > nanos)
          .forEach(wait -> wait.told().completeExceptionally(new OverException()));
    }
  }

  /** Whether the thread may end: nobody came who relies on it. */
  private boolean mayEnd() {
    watched.set(false);
    return waits.isEmpty() || !watched.compareAndSet(false, true);
  }
}
