package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import org.junit.jupiter.api.Test;

final class UsualOutputTest {
  private static final PrincipalId AGENT = new PrincipalId("spiffe://prod/agent/ci");

  private final UsualOutput usual = new UsualOutput();

  @Test
  void saysNothingUntilItHasSeenEnough() {
    for (int i = 1; i < UsualOutput.FEWEST; i++) {
      usual.saw(AGENT, "a", i);
      assertThat(usual.p99(AGENT, "a")).isEmpty();
    }
    usual.saw(AGENT, "a", 500);
    assertThat(usual.p99(AGENT, "a")).hasValue(500);
    assertThat(usual.p99(AGENT, "b")).isEmpty();
    assertThat(usual.p99(new PrincipalId("spiffe://prod/agent/other"), "a")).isEmpty();
  }

  @Test
  void leavesTheLongestOfAHundredOutAndForgetsWhatIsLongAgo() {
    usual.saw(AGENT, "a", 9_000);
    for (int i = 0; i < 120; i++) {
      usual.saw(AGENT, "a", 100);
    }
    assertThat(usual.p99(AGENT, "a")).hasValue(100);
    usual.saw(AGENT, "a", 8_000);
    usual.saw(AGENT, "a", 7_000);
    assertThat(usual.p99(AGENT, "a")).hasValue(8_000);
    for (int i = 0; i < 200; i++) {
      usual.saw(AGENT, "a", 50);
    }
    assertThat(usual.p99(AGENT, "a")).hasValue(50);
  }
}
