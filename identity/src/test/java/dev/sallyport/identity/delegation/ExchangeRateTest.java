package dev.sallyport.identity.delegation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.TestingClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExchangeRateTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/a");
  private static final PrincipalId OTHER = new PrincipalId("spiffe://prod/agent/b");

  private final TestingClock clock = new TestingClock();
  private final ExchangeRate rate = new ExchangeRate(clock);

  @Test
  void admitsSoManyOfOneAgentInAMinute() {
    for (int i = 0; i < ExchangeRate.PER_MINUTE; i++) {
      rate.admit(AGENT);
    }

    assertThatThrownBy(() -> rate.admit(AGENT))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.RATE_LIMITED));
    rate.admit(OTHER);
    clock.advance(Duration.ofMinutes(1).minusMillis(1));
    assertThatThrownBy(() -> rate.admit(AGENT)).isInstanceOf(Refusal.class);
    clock.advance(Duration.ofMillis(1));
    rate.admit(AGENT);
  }

  @Test
  void admitsSoManyOfAllAgentsInAMinute() {
    for (int i = 0; i < ExchangeRate.OF_ALL; i++) {
      rate.admit(new PrincipalId("spiffe://prod/agent/" + i / ExchangeRate.PER_MINUTE));
    }

    assertThatThrownBy(() -> rate.admit(new PrincipalId("spiffe://prod/agent/new")))
        .isInstanceOf(Refusal.class);
  }
}
