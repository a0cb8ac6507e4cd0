package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/** The moment by which a call must be over. For one thread. */
public final class Deadline {
  private long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The moment at the end of the given time. */
  public static Deadline in(Duration timeout) {
    return new Deadline(System.nanoTime() + timeout.toNanos());
  }

  /**
   * How long there is.
   *
   * @throws Refusal with UPSTREAM_TIMEOUT if it is over
   */
  public Duration remaining() {
    long left = nanoTime - System.nanoTime();
    if (left <= 0) {
      throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
    }
    return Duration.ofNanos(left);
  }

  /**
   * Waits for a lock no longer than there is.
   *
   * @throws Refusal with UPSTREAM_TIMEOUT if it is over, UPSTREAM_UNAVAILABLE if the thread is to
   *     end
   */
  void lock(Lock lock) {
    try {
      if (!lock.tryLock(remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
  }

  /** The earlier of this deadline and one at the end of the given time. */
  Deadline within(Duration limit) {
    var other = in(limit);
    return other.nanoTime - nanoTime < 0 ? other : new Deadline(nanoTime);
  }

  /** Does something whose time does not count, so that the deadline is that much later. */
  <T> T notCounting(Supplier<T> work) {
    long began = System.nanoTime();
    try {
      return work.get();
    } finally {
      nanoTime += System.nanoTime() - began;
    }
  }
}
