package dev.sallyport.identity.action;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives up what is under way for one caller, from any thread. It interrupts the thread of that, and
 * only while it waits for an upstream: what is written to evidence or to the store is never cut.
 */
public final class Cancellation {
  private @Nullable Why why;
  private @Nullable Thread waiting;

  /** Why something is given up. */
  public enum Why {
    /** Nobody is there any more to be answered. */
    CALLER_LEFT,
    /** It has taken as long as it may. */
    TIME_OVER;

    /** The name of this reason in evidence. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Gives up since the caller left, now or as soon as there is something to wait for. */
  public void cancel() {
    cancel(Why.CALLER_LEFT);
  }

  /** Gives up, now or as soon as there is something to wait for. The first reason stays. */
  public synchronized void cancel(Why reason) {
    if (why == null) {
      why = reason;
    }
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  public boolean isCancelled() {
    return why().isPresent();
  }

  /** Why it was given up, if it was. */
  public synchronized Optional<Why> why() {
    return Optional.ofNullable(why);
  }

  /**
   * Waits for an upstream in a way that can be given up.
   *
   * @throws CallCancelledException if it was given up before an answer came
   */
  public <T, E extends Exception> T during(Wait<T, E> wait) throws E {
    enter();
    try {
      return wait.get();
    } catch (Exception e) {
      var given = why();
      if (given.isPresent()) {
        throw new CallCancelledException(given.get());
      }
      throw e;
    } finally {
      leave();
    }
  }

  private synchronized void enter() {
    if (why != null) {
      throw new CallCancelledException(why);
    }
    waiting = Thread.currentThread();
  }

  private synchronized void leave() {
    waiting = null;
    if (why != null) {
      Thread.interrupted();
    }
  }

  /** Waits for an upstream, until it answers or the thread is interrupted. */
  @FunctionalInterface
  public interface Wait<T, E extends Exception> {
    T get() throws E;
  }
}
