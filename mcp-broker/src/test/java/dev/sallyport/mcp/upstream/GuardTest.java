package dev.sallyport.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GuardTest {
  @Test
  void letsNoMoreCallsThroughAtOnceThanItMay() {
    var guard = new Guard("crm", 1, Duration.ofHours(1));

    var inner =
        guard.run(() -> {
          assertThatThrownBy(() -> guard.run(() -> "second"))
              .satisfies(StdioUpstreamTest.hasCode(RefusalCode.RATE_LIMITED));
          return "first";
        });

    assertThat(inner).isEqualTo("first");
    assertThat(guard.run(() -> "third")).isEqualTo("third");
  }

  @Test
  void leavesAServerAloneThatIsNotThere() {
    var guard = new Guard("crm", 10, Duration.ofHours(1));
    var calls = new AtomicInteger();

    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> guard.run(() -> fail(calls, RefusalCode.UPSTREAM_UNAVAILABLE)))
          .satisfies(StdioUpstreamTest.hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    }

    assertThat(calls).hasValue(10);
  }

  @Test
  void goesOnCallingAServerThatOnlyRefuses() {
    var guard = new Guard("crm", 10, Duration.ofHours(1));
    var calls = new AtomicInteger();

    for (int i = 0; i < 30; i++) {
      assertThatThrownBy(() -> guard.run(() -> fail(calls, RefusalCode.UPSTREAM_REJECTED)))
          .satisfies(StdioUpstreamTest.hasCode(RefusalCode.UPSTREAM_REJECTED));
    }

    assertThat(calls).hasValue(30);
  }

  private static String fail(AtomicInteger calls, RefusalCode code) {
    calls.incrementAndGet();
    throw new Refusal(code);
  }
}
