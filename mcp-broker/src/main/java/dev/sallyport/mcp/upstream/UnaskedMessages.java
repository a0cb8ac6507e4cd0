package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds what a server may write that answers nobody: {@value #MESSAGES_A_SECOND} messages and
 * {@value #BYTES_A_SECOND} bytes a second in the long run, and {@value #BURST_SECONDS} seconds'
 * worth of them at once. For one thread.
 */
final class UnaskedMessages {
  static final long MESSAGES_A_SECOND = 2_000;
  static final long BYTES_A_SECOND = 8L << 20;
  static final long BURST_SECONDS = 8;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoTime;
  private final Bucket messages = new Bucket(MESSAGES_A_SECOND);
  private final Bucket bytes = new Bucket(BYTES_A_SECOND);
  private long filledAt;

  UnaskedMessages(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.filledAt = nanoTime.getAsLong();
  }

  /** Counts a message; false if it is one too many. */
  boolean admits(int length) {
    fill();
    return messages.take(1) && bytes.take(length);
  }

  /**
   * Counts a message without its bytes.
   *
   * @throws Refusal with UPSTREAM_MALFORMED if it is one too many
   */
  void require() {
    if (!admits(0)) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }

  /** Counts a part of what may be several messages, or none; false if it is too much. */
  boolean admitsPart(int length) {
    fill();
    return bytes.take(length);
  }

  private void fill() {
    long now = nanoTime.getAsLong();
    long passed = Math.min(now - filledAt, BURST_SECONDS * SECOND);
    filledAt = now;
    messages.fill(passed);
    bytes.fill(passed);
  }

  /** What may still come. It is counted in thousand-millionths, so that nothing is rounded. */
  private static final class Bucket {
    private final long perSecond;
    private long left;

    private Bucket(long perSecond) {
      this.perSecond = perSecond;
      this.left = BURST_SECONDS * perSecond * SECOND;
    }

    private void fill(long nanos) {
      left = Math.min(left + nanos * perSecond, BURST_SECONDS * perSecond * SECOND);
    }

    private boolean take(long count) {
      boolean enough = count * SECOND <= left;
      left -= enough ? count * SECOND : 0;
      return enough;
    }
  }
}
