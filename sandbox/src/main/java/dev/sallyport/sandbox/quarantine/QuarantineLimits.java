package dev.sallyport.sandbox.quarantine;

/**
 * The bounds of what crosses the quarantine and of what it holds.
 *
 * @param resultBits how much one result may tell an agent, in bits
 * @param askBits how much all answers of {@code q_ask} in one turn may tell, in bits
 * @param largestInteger the largest magnitude of a number that is shown
 * @param maxDecimals the most decimals of a number that is shown
 * @param maxItems the items of an array that are shown one by one; the rest is one reference
 * @param maxNumbers the most numbers straight inside one array; an array of more is one reference
 * @param maxDepth the levels that are shown; what lies deeper is one reference
 * @param maxMembers the most members of an object; an object of more is one reference
 * @param maxContentChars the most characters of one content; a larger one is one reference
 * @param maxTurnValues the most values held for one turn; beyond it the oldest are dropped
 * @param maxTurnChars the most characters held for one turn; beyond it the oldest are dropped
 * @param maxHeldChars the most characters held in all; beyond it the turn that was used longest ago
 *     is dropped
 */
public record QuarantineLimits(
    int resultBits,
    int askBits,
    long largestInteger,
    int maxDecimals,
    int maxItems,
    int maxNumbers,
    int maxDepth,
    int maxMembers,
    int maxContentChars,
    int maxTurnValues,
    long maxTurnChars,
    long maxHeldChars) {
  public QuarantineLimits {
    atLeast(1, resultBits, "resultBits");
    atLeast(0, askBits, "askBits");
    atLeast(0, largestInteger, "largestInteger");
    atLeast(0, maxDecimals, "maxDecimals");
    atLeast(0, maxItems, "maxItems");
    atLeast(0, maxNumbers, "maxNumbers");
    atLeast(1, maxDepth, "maxDepth");
    atLeast(0, maxMembers, "maxMembers");
    atLeast(1, maxContentChars, "maxContentChars");
    atLeast(1, maxTurnValues, "maxTurnValues");
    atLeast(1, maxTurnChars, "maxTurnChars");
    atLeast(1, maxHeldChars, "maxHeldChars");
    if (largestInteger > 1_000_000_000_000L || maxDecimals > 6) {
      throw new IllegalArgumentException(
          "numbers are shown up to 10^12 with 6 decimals: %d, %d"
              .formatted(largestInteger, maxDecimals));
    }
  }

  /**
   * 2,048 bits a result, 64 bits of answers a turn, numbers up to 10^9 with 4 decimals, 200 items,
   * 16 numbers an array, 8 levels, 100 members; 4 Mi characters a result, 20,000 values and 16 Mi
   * characters a turn, 128 Mi characters in all.
   */
  public static QuarantineLimits defaults() {
    return new QuarantineLimits(
        2_048, 64, 1_000_000_000L, 4, 200, 16, 8, 100, 4 << 20, 20_000, 16L << 20, 128L << 20);
  }

  private static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d: %d".formatted(name, least, value));
    }
  }
}
