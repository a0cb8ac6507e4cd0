package dev.sallyport.identity.svid;

import java.time.Duration;
import java.util.Set;

/**
 * What every JWT-SVID must fit, whatever its trust domain.
 *
 * @param audiences the names of this gateway, of which a token must name one, or an MCP endpoint below
 *     one; never empty
 * @param singleAudience whether a token that names any audience beside ours is refused, since that
 *     other audience could use it here
 * @param maxLifetime how far away the end of a token may be at most
 */
public record SvidPolicy(Set<String> audiences, boolean singleAudience, Duration maxLifetime) {
  public SvidPolicy {
    audiences = Set.copyOf(audiences);
    if (audiences.isEmpty() || audiences.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "audiences must name this gateway: without a name, a token for anyone would do");
    }
    if (!maxLifetime.isPositive()) {
      throw new IllegalArgumentException("maxLifetime must be positive: " + maxLifetime);
    }
  }

  /** One audience a token, and one hour at most. */
  public static SvidPolicy of(Set<String> audiences) {
    return new SvidPolicy(audiences, true, Duration.ofHours(1));
  }
}
