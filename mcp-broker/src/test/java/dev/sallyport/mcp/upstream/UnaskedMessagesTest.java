package dev.sallyport.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UnaskedMessagesTest {
  private static final int BURST =
      (int) (UnaskedMessages.BURST_SECONDS * UnaskedMessages.MESSAGES_A_SECOND);

  private long now = 1;
  private final UnaskedMessages unasked = new UnaskedMessages(() -> now);

  @Test
  void admitsABurstAndNotOneMore() {
    for (int i = 0; i < BURST; i++) {
      assertThat(unasked.admits(10)).isTrue();
    }
    assertThat(unasked.admits(10)).isFalse();
  }

  @Test
  void admitsAgainWhatTimeGives() {
    for (int i = 0; i < BURST; i++) {
      unasked.admits(10);
    }
    now += TimeUnit.SECONDS.toNanos(1) / UnaskedMessages.MESSAGES_A_SECOND - 1;
    assertThat(unasked.admits(10)).isFalse();
    now += 1;
    assertThat(unasked.admits(10)).isTrue();
    assertThat(unasked.admits(10)).isFalse();
  }

  @Test
  void keepsNoMoreThanABurst() {
    now += TimeUnit.DAYS.toNanos(365);
    for (int i = 0; i < BURST; i++) {
      assertThat(unasked.admits(10)).isTrue();
    }
    assertThat(unasked.admits(10)).isFalse();
  }

  @Test
  void countsBytesToo() {
    int megabyte = 1 << 20;
    long most = UnaskedMessages.BURST_SECONDS * UnaskedMessages.BYTES_A_SECOND / megabyte;
    for (int i = 0; i < most; i++) {
      assertThat(unasked.admits(megabyte)).isTrue();
    }
    assertThat(unasked.admits(1)).isFalse();
  }
}
