package dev.sallyport.llm.route;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How numbers of the last {@value #MINUTES} minutes are spread, by whole minutes of which the
 * present one is the last. A number is kept to within an eighth, so that it takes the same memory
 * however many there are. Thread-safe.
 */
final class Recent {
  static final int MINUTES = 5;

  /** What is more is taken to be that. */
  static final long MOST = (1L << 22) - 1;

  /** Each power of two has {@code 1 << FINE} parts. */
  private static final int FINE = 3;

  private static final int PARTS = part(MOST) + 1;

  private final int[][] counts = new int[MINUTES][PARTS];
  private final long[] minutes = new long[MINUTES];
  private long tried = Long.MIN_VALUE;

  Recent() {
    Arrays.fill(minutes, Long.MIN_VALUE);
  }

  /**
   * Takes note of a number.
   *
   * @param minute the present one, since the epoch
   */
  synchronized void add(long minute, long number) {
    int slot = Math.floorMod(minute, MINUTES);
    if (minutes[slot] != minute) {
      minutes[slot] = minute;
      Arrays.fill(counts[slot], 0);
    }
    counts[slot][part(Math.clamp(number, 0, MOST))]++;
  }

  /** Whether a number is looked for now: true once for each minute. */
  synchronized boolean isTried(long minute) {
    boolean first = tried != minute;
    tried = minute;
    return first;
  }

  /** What so many percent of the numbers are not above; empty if there are none. */
  synchronized OptionalLong notAbove(long minute, int percent) {
    long all = count(minute);
    return at(minute, Math.ceilDiv(all * percent, 100));
  }

  /** What so many percent of the numbers are not below; empty if there are none. */
  synchronized OptionalLong notBelow(long minute, int percent) {
    long all = count(minute);
    return at(minute, all + 1 - Math.ceilDiv(all * percent, 100));
  }

  private long count(long minute) {
    long all = 0;
    for (int slot = 0; slot < MINUTES; slot++) {
      if (isRecent(slot, minute)) {
        all += Arrays.stream(counts[slot]).asLongStream().sum();
      }
    }
    return all;
  }

  /** The number that so many are not above, itself among them. */
  private OptionalLong at(long minute, long rank) {
    long seen = 0;
    for (int part = 0; part < PARTS; part++) {
      for (int slot = 0; slot < MINUTES; slot++) {
        seen += isRecent(slot, minute) ? counts[slot][part] : 0;
      }
      if (seen >= rank && seen > 0) {
        return OptionalLong.of(least(part));
      }
    }
    return OptionalLong.empty();
  }

  private boolean isRecent(int slot, long minute) {
    return minutes[slot] > minute - MINUTES && minutes[slot] <= minute;
  }

  /** Small numbers have a part each. */
  private static int part(long number) {
    int above = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(number) - 1 - FINE);
    return (above << FINE) + (int) (number >> above);
  }

  /** The least number of a part. */
  private static long least(int part) {
    int above = Math.max(0, (part >> FINE) - 1);
    return (long) (part - (above << FINE)) << above;
  }
}
