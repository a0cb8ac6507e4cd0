package dev.sallyport.identity.turn;

import java.time.Duration;

/**
 * How many turns are kept, and for how long.
 *
 * @param idle how long a turn that was begun may stay unused before it ends; an ambient turn does
 *     not end by being idle, so that waiting never gives a principal a fresh one
 * @param perPrincipal the most turns that one principal has at once, beside its ambient one
 * @param total the most turns of all principals
 */
public record TurnLimits(Duration idle, int perPrincipal, int total) {
  /** One hour idle, 1000 turns a principal, 100000 turns in all. */
  public static final TurnLimits DEFAULT = new TurnLimits(Duration.ofHours(1), 1_000, 100_000);

  public TurnLimits {
    if (!idle.isPositive()) {
      throw new IllegalArgumentException("idle must be positive: " + idle);
    }
    if (perPrincipal < 1) {
      throw new IllegalArgumentException("perPrincipal must be 1 or more: " + perPrincipal);
    }
    if (total < 1) {
      throw new IllegalArgumentException("total must be 1 or more: " + total);
    }
  }
}
