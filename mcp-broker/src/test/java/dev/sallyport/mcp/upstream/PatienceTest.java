package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PatienceTest {
  @Test
  void givesWhatIsSaidInTime() {
    assertThat(new Patience(Duration.ofHours(1)).during(() -> "said")).isEqualTo("said");
  }

  @Test
  void waitsNoLongerThanItMayInAll() {
    var patience = new Patience(Duration.ofMillis(50));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> patience.during(PatienceTest::never))
          .satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  private static String never() {
    try {
      new CountDownLatch(1).await();
      return "never";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
