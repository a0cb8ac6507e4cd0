package dev.sallyport.identity.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallIdTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");

  private final SecureRandom random = new SecureRandom();

  @ParameterizedTest
  @ValueSource(bytes = {0, 0x55, (byte) 0xaa, (byte) 0xff})
  void isAUuidOfVersionSevenWhateverIsDrawn(byte drawn) {
    var name = CallId.create(NOW, new Drawing(drawn)).value();

    var uuid = UUID.fromString(name);
    assertThat(uuid.version()).isEqualTo(7);
    assertThat(uuid.variant()).isEqualTo(2);
    assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    assertThat(uuid).hasToString(name);
  }

  @Test
  void sortsByTimeAndIsNeverTheSame() {
    var names =
        Stream.iterate(NOW, at -> at.plusMillis(1))
            .limit(1_000)
            .map(at -> CallId.create(at, random).value())
            .toList();
    assertThat(names).isSorted();
    assertThat(Stream.generate(() -> CallId.create(NOW, random)).limit(1_000))
        .doesNotHaveDuplicates();
  }

  /** Draws the same byte again and again. */
  private static final class Drawing extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final byte drawn;

    private Drawing(byte drawn) {
      this.drawn = drawn;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, drawn);
    }
  }
}
