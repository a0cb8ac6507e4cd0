package dev.sallyport.gateway.turn;

import dev.sallyport.identity.action.Cancellation;
import java.util.concurrent.CountDownLatch;

/** An upstream that never answers. */
final class Hanging {
  private final CountDownLatch never = new CountDownLatch(1);
  private final Runnable begun;

  /**
   * @param begun done once somebody waits
   */
  Hanging(Runnable begun) {
    this.begun = begun;
  }

  /** Waits until it is given up. */
  void until(Cancellation cancellation) {
    cancellation.during(() -> {
      begun.run();
      try {
        never.await();
        return true;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }
}
