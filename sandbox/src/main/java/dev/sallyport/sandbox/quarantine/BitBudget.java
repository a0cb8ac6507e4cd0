package dev.sallyport.sandbox.quarantine;

/**
 * Counts what one view tells.
 *
 * <p>Everything that a server can choose is written in a prefix code and each code word is charged.
 * The first that does not fit ends it: from then on nothing more is told. So two contents can be
 * told apart in at most {@code 2^limit} ways. Not thread-safe.
 */
final class BitBudget {
  /** One bit is kept for the place at which the budget ends. */
  private static final double RESERVED = 1;

  private final double limit;
  private double spent = RESERVED;
  private boolean exhausted;

  BitBudget(double limit) {
    this.limit = limit;
  }

  /** Takes the bits, or ends the budget. */
  boolean charge(double bits) {
    if (exhausted || spent + bits > limit) {
      exhausted = true;
      return false;
    }
    spent += bits;
    return true;
  }

  /** What was charged so far, with the bit that is kept. */
  double told() {
    return spent;
  }

  /** The most that may be told. */
  int most() {
    return (int) Math.ceil(limit);
  }

  int spent() {
    return (int) Math.ceil(spent);
  }

  /** The bits of one choice out of so many. */
  static double choice(long alternatives) {
    return Math.log((double) alternatives) / Math.log(2);
  }
}
