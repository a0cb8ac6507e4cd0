package dev.sallyport.vault.egress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How requests leave.
 *
 * @param connectTimeout the longest wait for a connection, its TLS handshake included
 * @param maxIdlePerOrigin how many unused connections are kept for each scheme, host and port
 * @param idleExpiry how long an unused connection is kept
 * @param privateAddresses whether upstreams may be at loopback and private addresses; those of link
 *     local and metadata services are refused always
 * @param extraAuthorities a PEM file of certificates to trust beside those of the JVM
 */
public record EgressConfig(
    Duration connectTimeout,
    int maxIdlePerOrigin,
    Duration idleExpiry,
    boolean privateAddresses,
    Optional<Path> extraAuthorities) {
  public EgressConfig {
    requirePositive("connectTimeout", connectTimeout);
    requirePositive("idleExpiry", idleExpiry);
    if (maxIdlePerOrigin < 0 || maxIdlePerOrigin > 100_000) {
      throw new IllegalArgumentException(
          "maxIdlePerOrigin must be 0 to 100000: " + maxIdlePerOrigin);
    }
  }

  /** 5 s to connect, 512 idle connections an origin for 30 s, private addresses allowed. */
  public static EgressConfig defaults() {
    return new EgressConfig(
        Duration.ofSeconds(5), 512, Duration.ofSeconds(30), true, Optional.empty());
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(name + " must be over 0 and at most an hour: " + value);
    }
  }
}
