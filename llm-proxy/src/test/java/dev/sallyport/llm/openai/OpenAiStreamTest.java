package dev.sallyport.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Quirks.Counting;
import dev.sallyport.llm.spi.Usage.Unit;
import dev.sallyport.llm.sse.SseFrame;
import dev.sallyport.llm.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OpenAiStreamTest {
  private final OpenAiStream stream =
      new OpenAiStream(true, new Attempt("m", 100, false, Instant.EPOCH));

  /** R2: with {@code n} of 2, an answer of which half came is not whole. */
  @Test
  void isNotWholeWhileOneOfItsChoicesGoesOn() throws Exception {
    accept(choice(0, "null"));
    accept(choice(1, "null"));
    accept(choice(0, "\"stop\""));
    assertThatThrownBy(() -> accept("[DONE]")).isInstanceOf(MalformedReplyException.class);

    accept(choice(1, "\"length\""));
    assertThat(accept("[DONE]")).singleElement().isInstanceOf(Piece.Finished.class);
  }

  /** Some write an empty reason where others write none. */
  @Test
  void isNotWholeWithAReasonThatSaysNothing() throws Exception {
    accept(choice(0, "\"\""));
    assertThatThrownBy(() -> accept("[DONE]")).isInstanceOf(MalformedReplyException.class);
  }

  @Test
  void readsWhatAVendorCountsBesideDetailsThatAreNone() {
    var counting = new Counting(Optional.empty(), Optional.of("/prompt_cache_hit_tokens"), false);
    var told =
        Wire.object(
            "{\"prompt_tokens\":9,\"completion_tokens\":1,\"prompt_cache_hit_tokens\":4,"
                + "\"prompt_tokens_details\":7}");

    assertThat(Counts.read(told, counting).orElseThrow().of(Unit.CACHE_READ)).isEqualTo(4);
  }

  private static String choice(int index, String reason) {
    return "{\"choices\":[{\"index\":%d,\"delta\":{\"content\":\"a\"},\"finish_reason\":%s}]}"
        .formatted(index, reason);
  }

  private List<Piece> accept(String data) throws MalformedReplyException {
    var bytes = data.getBytes(StandardCharsets.UTF_8);
    return stream.accept(
        new SseFrame(
            ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8), "", bytes, false));
  }
}
