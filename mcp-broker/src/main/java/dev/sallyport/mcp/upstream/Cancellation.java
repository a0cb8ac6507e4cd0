package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives up one call, from any thread. It interrupts the call's thread, and only while that waits
 * for the upstream: what is written to evidence is never cut.
 */
public final class Cancellation {
  private boolean cancelled;
  private @Nullable Thread waiting;

  /** Gives up the call, now or as soon as it begins. */
  public synchronized void cancel() {
    cancelled = true;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Waits for an upstream in a way that can be given up.
   *
   * @throws CallCancelledException if it was given up
   */
  public <T> T during(Supplier<T> wait) {
    enter();
    try {
      return wait.get();
    } catch (Refusal refusal) {
      throw isCancelled() ? new CallCancelledException() : refusal;
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    if (cancelled) {
      throw new CallCancelledException();
    }
    waiting = Thread.currentThread();
  }

  private synchronized void leave() {
    waiting = null;
    if (cancelled) {
      Thread.interrupted();
    }
  }
}
