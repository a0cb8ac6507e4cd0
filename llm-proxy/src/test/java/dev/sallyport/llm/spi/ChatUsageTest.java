package dev.sallyport.llm.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.testing.Wire;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R4: each token is counted once, whichever form it is told in. */
final class ChatUsageTest {
  private static final List<String> FIELDS =
      List.of(
          "cached_tokens",
          "cache_write_tokens",
          "cache_write_1h_tokens",
          "audio_tokens",
          "image_tokens");

  @Test
  void readsWhatItWroteAsTheSame() {
    var random = new Random(11);
    for (int i = 0; i < 10_000; i++) {
      var usage = Usage.NONE;
      for (var unit : Unit.values()) {
        usage = usage.plus(unit, random.nextBoolean() ? random.nextLong(-5, 1_000_000) : 0);
      }
      assertThat(ChatUsage.read(ChatUsage.of(usage))).contains(usage);
    }
  }

  /** What providers told so far that cannot be: negative, or more in the details than in all. */
  @Test
  void countsNoTokenTwiceAndNoneBelowZeroWhateverItIsTold() {
    var random = new Random(13);
    for (int i = 0; i < 10_000; i++) {
      var told = Wire.object("{}");
      long in = random.nextLong(-100, 1_000);
      long out = random.nextLong(-100, 1_000);
      told.put("prompt_tokens", in).put("completion_tokens", out);
      var details = told.putObject("prompt_tokens_details");
      for (var field : FIELDS) {
        details.put(field, random.nextLong(-100, 1_000));
      }
      var written = told.putObject("completion_tokens_details");
      for (var field : List.of("reasoning_tokens", "audio_tokens", "image_tokens")) {
        written.put(field, random.nextLong(-100, 1_000));
      }
      var usage = ChatUsage.read(told).orElseThrow();
      assertThat(usage.in()).isEqualTo(Math.max(0, in));
      assertThat(usage.out()).isEqualTo(Math.max(0, out));
      for (var unit : Unit.values()) {
        assertThat(usage.of(unit)).isNotNegative();
      }
      assertThat(ChatUsage.read(ChatUsage.of(usage))).contains(usage);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "[]",
        "7",
        "{\"prompt_tokens\":1}",
        "{\"completion_tokens\":1}",
        "{\"prompt_tokens\":\"1\",\"completion_tokens\":1}",
        "{\"prompt_tokens\":null,\"completion_tokens\":1}",
      })
  void tellsOfNothingWhereASumIsMissing(String told) throws Exception {
    assertThat(ChatUsage.read(WireJson.MAPPER.readTree(told))).isEmpty();
  }
}
