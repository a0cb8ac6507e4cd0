package dev.sallyport.llm;

import java.time.Duration;

/**
 * The bounds of model calls.
 *
 * @param deadline the longest that one call may take, over all its attempts
 * @param heartbeat how long a stream may be silent before a comment is sent
 * @param maxRequestBytes the largest request that is read
 * @param maxResponseBytes the largest answer that is read, streamed or not
 * @param draining how far a stream is read on whose caller has left
 */
public record LlmConfig(
    Duration deadline,
    Duration heartbeat,
    int maxRequestBytes,
    long maxResponseBytes,
    Draining draining) {
  /** Ten minutes, ten seconds, 32 MiB and 64 MiB. */
  public static final LlmConfig DEFAULTS =
      new LlmConfig(Duration.ofMinutes(10), Duration.ofSeconds(10), 32 << 20, 64L << 20);

  /** With the usual bounds of draining. */
  public LlmConfig(
      Duration deadline, Duration heartbeat, int maxRequestBytes, long maxResponseBytes) {
    this(deadline, heartbeat, maxRequestBytes, maxResponseBytes, Draining.DEFAULTS);
  }

  public LlmConfig {
    if (!deadline.isPositive() || !heartbeat.isPositive()) {
      throw new IllegalArgumentException("deadline and heartbeat must be positive");
    }
    if (maxRequestBytes < 1 || maxResponseBytes < 1) {
      throw new IllegalArgumentException("maxRequestBytes and maxResponseBytes must be positive");
    }
  }
}
