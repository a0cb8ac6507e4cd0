package dev.sallyport.llm.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.PrincipalId;
import java.util.ArrayList;
import java.util.Random;
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
  void saysWhatStandsAtThatPlaceOfTheLatestInOrder() {
    var random = new Random(7);
    var seen = new ArrayList<Long>();
    for (int i = 0; i < 400; i++) {
      long tokens = random.nextInt(50);
      usual.saw(AGENT, "a", tokens);
      seen.add(tokens);
      var latest = seen.stream().skip(Math.max(0, seen.size() - 128)).sorted().toList();
      if (seen.size() >= UsualOutput.FEWEST) {
        assertThat(usual.p99(AGENT, "a"))
            .as("of %d", seen.size())
            .hasValue(latest.get(Math.ceilDiv(latest.size() * 99, 100) - 1));
      }
    }
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
