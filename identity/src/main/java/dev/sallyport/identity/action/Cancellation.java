package dev.sallyport.identity.action;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives up what is under way for one caller, from any thread. It interrupts the thread of that, and
 * only while it waits for an upstream: what is written to evidence or to the store is never cut.
 */
public final class Cancellation {
  private @Nullable Why why;
  private @Nullable Thread waiting;

  /** Who is told once it is given up. */
  private List<Consumer<Why>> told = List.of();

  /** Why something is given up. */
  public enum Why {
    /** Nobody is there any more to be answered. */
    CALLER_LEFT,
    /** It has taken as long as it may. */
    TIME_OVER,
    /** Whoever asked for it would not be let in any more. */
    REVOKED,
    /** The proof of who asked for it has come to its end. */
    EXPIRED,
    /** The policies in force do not allow it any more. */
    POLICY_REVOKED;

    /** The name of this reason in evidence. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What the caller is told, as if it asked now; empty if it is told nothing. */
    public Optional<Refusal> refusal() {
      return switch (this) {
        case CALLER_LEFT, TIME_OVER -> Optional.empty();
        case REVOKED, EXPIRED -> Optional.of(new Refusal(RefusalCode.UNAUTHENTICATED));
        case POLICY_REVOKED -> Optional.of(new Refusal(RefusalCode.FORBIDDEN));
      };
    }
  }

  /** Gives up since the caller left, now or as soon as there is something to wait for. */
  public void cancel() {
    cancel(Why.CALLER_LEFT);
  }

  /** Gives up, now or as soon as there is something to wait for. The first reason stays. */
  public void cancel(Why reason) {
    List<Consumer<Why>> now = List.of();
    synchronized (this) {
      if (why == null) {
        why = reason;
        now = told;
        told = List.of();
      }
      if (waiting != null) {
        waiting.interrupt();
      }
    }
    now.forEach(each -> each.accept(reason));
  }

  /** Has somebody told once it is given up; at once if it was. They must not block. */
  public void whenCancelled(Consumer<Why> listener) {
    Optional<Why> given;
    synchronized (this) {
      given = why();
      if (given.isEmpty()) {
        told = new ArrayList<>(told);
        told.add(listener);
      }
    }
    given.ifPresent(listener);
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
