package dev.sallyport.llm.route;

import java.time.Duration;

/**
 * How much is done for one call, and for all.
 *
 * @param mostAttempts of one call, over all deployments, credentials and models
 * @param repeatsPercent how many more attempts may be made at deployments that already failed the
 *     same call, for every hundred calls of the last ten seconds
 * @param repeatsAlways how many of those there may be in ten seconds however few calls there are
 * @param patience the longest that a call waits because a provider asked for it
 * @param parking how long a credential that a provider does not take is left alone
 */
public record RetryRules(
    int mostAttempts, int repeatsPercent, int repeatsAlways, Duration patience, Duration parking) {
  /** Five attempts, 20 percent, five, 30 seconds, 10 minutes. */
  public static final RetryRules DEFAULTS =
      new RetryRules(5, 20, 5, Duration.ofSeconds(30), Duration.ofMinutes(10));

  public RetryRules {
    if (mostAttempts < 1 || repeatsPercent < 0 || repeatsAlways < 0) {
      throw new IllegalArgumentException("there is at least one attempt, and no negative number");
    }
    if (patience.isNegative() || !parking.isPositive()) {
      throw new IllegalArgumentException("patience is not negative, and parking is positive");
    }
  }
}
