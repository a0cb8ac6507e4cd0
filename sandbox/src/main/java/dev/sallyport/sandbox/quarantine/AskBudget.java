package dev.sallyport.sandbox.quarantine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What answers may tell in one turn: so many bits at once, which come back evenly over time. Not
 * thread-safe.
 */
final class AskBudget {
  private final int bits;
  private final Duration refill;
  private final InstantSource clock;
  private double spent;
  private Instant at;

  AskBudget(int bits, Duration refill, InstantSource clock) {
    this.bits = bits;
    this.refill = refill;
    this.clock = clock;
    this.at = clock.instant();
  }

  /** Takes the bits, if as many are left. */
  boolean charge(double asked) {
    refill();
    if (spent + asked > bits) {
      return false;
    }
    spent += asked;
    return true;
  }

  private void refill() {
    var now = clock.instant();
    if (now.isAfter(at)) {
      var share = (double) Duration.between(at, now).toMillis() / refill.toMillis();
      spent = Math.max(0, spent - bits * share);
      at = now;
    }
  }

  @Override
  public String toString() {
    return "AskBudget[" + spent + "]";
  }
}
