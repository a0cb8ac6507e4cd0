package dev.sallyport.mcp.approval;

import java.time.Duration;

/**
 * Bounds of what waits for persons.
 *
 * @param perPrincipal the most calls of one principal that wait for a decision, or are approved and
 *     not used yet
 * @param overall the most such calls of all
 * @param contentBytes the most that a person is asked to read
 * @param kept how long it is kept after it waits no more
 * @param retryAfter when a caller is to ask again
 */
public record HeldCallLimits(
    int perPrincipal, int overall, int contentBytes, Duration kept, Duration retryAfter) {
  public static final HeldCallLimits DEFAULT =
      new HeldCallLimits(32, 10_000, 256 * 1024, Duration.ofDays(7), Duration.ofSeconds(5));
}
