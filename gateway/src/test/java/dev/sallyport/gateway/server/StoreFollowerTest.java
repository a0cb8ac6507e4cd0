package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.revocation.Standing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoreFollowerTest {
  /** AZ-10: one replica is told, another looks, and then cuts: both lie in the promised second. */
  @Test
  void leavesOfASecondWhatTheNextLookAtCallersTakes() {
    assertThat(StoreFollower.LOOK).isLessThanOrEqualTo(Duration.ofMillis(500));
    assertThat(StoreFollower.LOOK.plus(Standing.LOOK)).isLessThan(Duration.ofSeconds(1));
  }
}
