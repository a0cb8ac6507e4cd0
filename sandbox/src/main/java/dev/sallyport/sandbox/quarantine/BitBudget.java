package dev.sallyport.sandbox.quarantine;

/**
 * Counts what one view tells.
 *
 * <p>Everything that a server can choose is written in a prefix code and each code word is charged,
 * also that of what is not there. The first that does not fit ends it: from then on nothing more is
 * told. That a view ends there is one way more to go on, for which the bit that is kept pays as
 * long as, of each choice whose ways cost differently, those that still fit when another does not
 * take at most half of the code. So contents can be told apart in at most {@code 2^limit} ways. Not
 * thread-safe.
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
