package dev.sallyport.llm.route;

import java.time.Duration;

/** Waits. */
@FunctionalInterface
public interface Pause {
  /** Lets real time pass. */
  Pause REAL = Thread::sleep;

  /**
   * Waits so long, or until the thread is interrupted.
   *
   * @throws InterruptedException if it is
   */
  void of(Duration length) throws InterruptedException;
}
