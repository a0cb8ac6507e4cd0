package dev.sallyport.gateway.bench;

/**
 * Durations counted by size, each to within 2 per cent, from 1 nanosecond to 100 seconds and more.
 * Takes the same memory however many it counts. For one thread.
 */
final class Histogram {
  /** Each power of two is cut into this many equal parts. */
  private static final int PARTS = 64;

  private static final int PART_BITS = 6;
  private static final int POWERS = 40 - PART_BITS;

  private final long[] counts = new long[PARTS * (POWERS + 1)];
  private long count;

  void record(long nanos) {
    counts[slot(Math.max(nanos, 0))]++;
    count++;
  }

  /** Counts all that another one has counted as well. */
  void add(Histogram other) {
    for (int slot = 0; slot < counts.length; slot++) {
      counts[slot] += other.counts[slot];
    }
    count += other.count;
  }

  long count() {
    return count;
  }

  /**
   * The duration that a share of all durations does not exceed.
   *
   * @param share from 0 to 1
   * @return nanoseconds; 0 if nothing was counted
   */
  long quantile(double share) {
    if (share < 0 || share > 1) {
      throw new IllegalArgumentException("a share is from 0 to 1: " + share);
    }
    long wanted = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int slot = 0; slot < counts.length; slot++) {
      seen += counts[slot];
      if (seen >= wanted) {
        return middle(slot);
      }
    }
    return 0;
  }

  private static int slot(long nanos) {
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - PART_BITS - 1);
    if (shift >= POWERS) {
      return PARTS * (POWERS + 1) - 1;
    }
    return shift * PARTS + (int) (nanos >>> shift);
  }

  private static long middle(int slot) {
    int shift = Math.max(0, slot / PARTS - 1);
    long lowest = (long) (slot - shift * PARTS) << shift;
    return lowest + ((1L << shift) >> 1);
  }
}
