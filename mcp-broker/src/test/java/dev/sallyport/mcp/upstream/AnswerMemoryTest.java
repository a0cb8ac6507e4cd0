package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.RefusalCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {
  private final AnswerMemory memory = new AnswerMemory(100);

  @Test
  void boundsWhatAllAnswersTake() throws Exception {
    try (var first = memory.share();
        var second = memory.share()) {
      assertThat(read(first, 60)).hasSize(60);
      assertThatThrownBy(() -> read(second, 41)).satisfies(hasCode(RefusalCode.RATE_LIMITED));
    }
    try (var third = memory.share()) {
      assertThat(read(third, 100)).hasSize(100);
    }
  }

  @Test
  void countsEachMessageOfAStreamForItself() throws Exception {
    try (var share = memory.share()) {
      for (int i = 0; i < 5; i++) {
        assertThat(read(share, 100)).hasSize(100);
        share.giveBack();
      }
    }
  }

  @Test
  void countsWhatIsKeptOfAStreamAlone() throws Exception {
    try (var first = memory.share();
        var second = memory.share()) {
      assertThat(read(first, 100)).hasSize(100);
      first.keep(30);
      first.keep(60);
      assertThat(read(second, 70)).hasSize(70);
      assertThatThrownBy(() -> read(first, 1)).satisfies(hasCode(RefusalCode.RATE_LIMITED));
    }
    try (var third = memory.share()) {
      assertThat(read(third, 100)).hasSize(100);
    }
  }

  private static byte[] read(AnswerMemory.Share share, int bytes) throws IOException {
    return share.counting(new ByteArrayInputStream(new byte[bytes])).readAllBytes();
  }
}
