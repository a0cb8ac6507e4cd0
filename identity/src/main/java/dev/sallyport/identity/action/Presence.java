package dev.sallyport.identity.action;

import dev.sallyport.identity.action.Cancellation.Why;
import java.util.function.Consumer;

/** What a caller has under way by one proof of who it is, so that it can be ended. Thread-safe. */
public interface Presence {
  /** By which all that the caller's request has begun is given up. */
  Cancellation cancellation();

  /**
   * Has something ended that may outlive the request, once the caller would not be let in any more.
   * That its proof grows old does not end it: the caller may come again with a new one.
   *
   * @param end must not block
   */
  Kept keep(Consumer<Why> end);

  /** The presence of one whom nobody watches. */
  static Presence unwatched() {
    return new Unwatched(new Cancellation());
  }

  /** Something that is ended with its caller, until it is closed. */
  interface Kept extends AutoCloseable {
    @Override
    void close();
  }

  /** Ended by no one but who holds it. */
  record Unwatched(Cancellation cancellation) implements Presence {
    @Override
    public Kept keep(Consumer<Why> end) {
      return () -> {};
    }
  }
}
