package dev.sallyport.mcp.registry;

import java.time.Duration;

/**
 * How servers are kept in view.
 *
 * @param refresh how often a server that answers is asked again what it has
 * @param firstPause how long to wait after a server could not be asked; doubled each time
 * @param longestPause the most to wait then
 * @param breakerPause how long a server is left alone once most calls found none
 * @param maxResultBytes the largest answer of a server
 */
public record RegistryConfig(
    Duration refresh,
    Duration firstPause,
    Duration longestPause,
    Duration breakerPause,
    int maxResultBytes) {
  /** 1 minute, 500 ms, 30 s, 5 s, 16 MiB. */
  public static final RegistryConfig DEFAULT =
      new RegistryConfig(
          Duration.ofMinutes(1),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          16 * 1_024 * 1_024);

  public RegistryConfig {
    if (!refresh.isPositive()
        || !firstPause.isPositive()
        || !longestPause.isPositive()
        || !breakerPause.isPositive()) {
      throw new IllegalArgumentException("a pause must be positive");
    }
    if (maxResultBytes < 1_024) {
      throw new IllegalArgumentException("maxResultBytes must be at least 1024: " + maxResultBytes);
    }
  }
}
