package dev.sallyport.mcp;

import java.time.InstantSource;

/**
 * The bounds of a broker.
 *
 * @param maxArgumentBytes the largest arguments of one call
 * @param clock by which what clients carry grows old
 */
public record BrokerConfig(int maxArgumentBytes, InstantSource clock) {
  public BrokerConfig {
    if (maxArgumentBytes < 1) {
      throw new IllegalArgumentException(
          "maxArgumentBytes must be at least 1: " + maxArgumentBytes);
    }
  }
}
