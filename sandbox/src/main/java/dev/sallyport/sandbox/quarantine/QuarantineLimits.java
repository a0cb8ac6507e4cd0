package dev.sallyport.sandbox.quarantine;

import java.time.Duration;

/**
 * The bounds of what crosses the quarantine and of what it holds.
 *
 * @param resultBits how much one result may tell an agent, in bits
 * @param lookBits how much all answers of {@code q_get} over what one result held may tell, in bits
 * @param askBits how much all answers of {@code q_ask} in one turn may tell, in bits
 * @param askRefill the time in which a turn gets all bits of its answers back, evenly; an ambient
 *     turn does not end, so without this it could ask no more one day
 * @param largestInteger the largest magnitude of a number that is shown
 * @param maxDecimals the most decimals of a number that is shown
 * @param maxItems the items of an array that are shown one by one; the rest is one reference
 * @param maxNumbers the most numbers straight inside one array; an array of more is one reference
 * @param maxDepth the levels that are shown; what lies deeper is one reference
 * @param maxMembers the most members of an object; an object of more is one reference
 * @param maxContentChars the most characters of one content; a larger one is one reference
 * @param maxTurnValues the most values held for one turn; beyond it the oldest are dropped
 * @param maxTurnChars the most characters held for one turn; beyond it the oldest are dropped
 * @param maxHeldChars the most characters held in all; beyond it the values of turns are dropped,
 *     of the owner that has most first, and of its turns the one that was used longest ago first
 * @param maxShown the most values that one turn shows to its person
 * @param maxShownChars the most characters that one turn shows to its person
 */
public record QuarantineLimits(
    int resultBits,
    int lookBits,
    int askBits,
    Duration askRefill,
    long largestInteger,
    int maxDecimals,
    int maxItems,
    int maxNumbers,
    int maxDepth,
    int maxMembers,
    int maxContentChars,
    int maxTurnValues,
    long maxTurnChars,
    long maxHeldChars,
    int maxShown,
    long maxShownChars) {
  public QuarantineLimits {
    atLeast(1, resultBits, "resultBits");
    atLeast(0, lookBits, "lookBits");
    atLeast(0, askBits, "askBits");
    atLeast(1, askRefill.toMillis(), "askRefill");
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
    atLeast(0, maxShown, "maxShown");
    atLeast(0, maxShownChars, "maxShownChars");
    if (largestInteger > 1_000_000_000_000L || maxDecimals > 6) {
      throw new IllegalArgumentException(
          "numbers are shown up to 10^12 with 6 decimals: %d, %d"
              .formatted(largestInteger, maxDecimals));
    }
  }

  /**
   * 2,048 bits a result and 8,192 bits of looks into it, 64 bits of answers a turn and an hour,
   * numbers up to 10^9 with 4 decimals, 200 items, 16 numbers an array, 8 levels, 100 members; 4 Mi
   * characters a result, 20,000 values and 16 Mi characters a turn, 128 Mi characters in all; 64
   * values and 1 Mi characters shown by a turn.
   */
  public static QuarantineLimits defaults() {
    return new QuarantineLimits(
        2_048,
        8_192,
        64,
        Duration.ofHours(1),
        1_000_000_000L,
        4,
        200,
        16,
        8,
        100,
        4 << 20,
        20_000,
        16L << 20,
        128L << 20,
        64,
        1L << 20);
  }

  private static void atLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d: %d".formatted(name, least, value));
    }
  }
}
