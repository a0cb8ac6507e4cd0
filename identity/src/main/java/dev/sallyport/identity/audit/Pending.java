package dev.sallyport.identity.audit;

import java.util.concurrent.locks.LockSupport;

/** A record on its way to the disk, and the thread that waits for it. */
final class Pending {
  private enum State {
    WAITING,
    DURABLE,
    LOST
  }

  private final Body body;
  private final Thread waiter = Thread.currentThread();
  private volatile State state = State.WAITING;

  Pending(Body body) {
    this.body = body;
  }

  Body body() {
    return body;
  }

  /** Ends the wait. */
  void finish(boolean durable) {
    state = durable ? State.DURABLE : State.LOST;
    LockSupport.unpark(waiter);
  }

  /**
   * Waits until the record is durable, even if the thread is interrupted: what was handed over may
   * become durable whether or not anyone waits.
   *
   * @return false if it will not become durable
   */
  boolean await() {
    boolean interrupted = false;
    while (state == State.WAITING) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      waiter.interrupt();
    }
    return state == State.DURABLE;
  }
}
