package dev.sallyport.llm.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SseReaderTest {
  private static final String STREAM =
      "data: {\"a\":\"é😀\"}\n\n"
          + "event: x\n"
          + "id: 1\n"
          + "data: one\n"
          + "data: two\n\n"
          + ": comment\n\n"
          + "data: [DONE]\n\n";

  @Test
  void givesTheSameEventsWhereverTheBytesAreSplit() throws IOException {
    var bytes = STREAM.getBytes(StandardCharsets.UTF_8);
    var whole = describe(new ByteArrayInputStream(bytes));
    assertThat(whole)
        .containsExactly("|{\"a\":\"é😀\"}|false", "x|one\ntwo|false", "||true", "|[DONE]|false");
    for (int split = 0; split <= bytes.length; split++) {
      assertThat(describe(split(bytes, split))).as("split at %d", split).isEqualTo(whole);
    }
  }

  @Test
  void keepsTheLinesOfAnEventAsTheyCame() throws IOException {
    assertThat(lines(STREAM)).isEqualTo(STREAM);
  }

  @Test
  void writesASpaceAfterDataAndEndsLinesWithLineFeeds() throws IOException {
    assertThat(lines("data:one\r\ndata:\r\n\r\ndata: two\r\rdata:three\n\n"))
        .isEqualTo("data: one\ndata: \n\ndata: two\n\ndata: three\n\n");
  }

  @Test
  void takesNoNoticeOfAByteOrderMarkAndOfEmptyLinesBetweenEvents() throws IOException {
    assertThat(lines("\uFEFFdata: one\n\n\n\ndata: two\n\n"))
        .isEqualTo("data: one\n\ndata: two\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: cut",
        "data: cut\n",
        "data: cut\r",
        "event: x\nda",
        "data: [DONE",
        "data: x\ndata: [DONE]"
      })
  void doesNotGiveAnEventThatTheEndCutsOff(String stream) throws IOException {
    assertThat(lines(stream)).isEmpty();
  }

  /** Some providers write no empty line after what says that the answer is whole. */
  @ParameterizedTest
  @ValueSource(strings = {"data: [DONE]", "data:[DONE]\n", "data: [DONE]\r\n"})
  void givesTheEndOfAnAnswerThoughNoLineFollowsIt(String end) throws IOException {
    assertThat(lines("data: one\n\n" + end)).isEqualTo("data: one\n\ndata: [DONE]\n\n");
  }

  @Test
  void readsAnEventOfTheLargestSizeAndNoneLarger() throws IOException {
    var event = "data: " + "x".repeat(94) + "\n\n";
    assertThat(new SseReader(stream(event), 100).next()).isPresent();
    assertThatThrownBy(() -> new SseReader(stream("data: " + "x".repeat(95)), 100).next())
        .isInstanceOf(FrameTooLargeException.class);
    assertThatThrownBy(() -> new SseReader(stream("a\n".repeat(60)), 100).next())
        .isInstanceOf(FrameTooLargeException.class);
  }

  private static String lines(String stream) throws IOException {
    var reader = new SseReader(stream(stream), 1_000);
    var lines = new StringBuilder();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      lines.append(new String(frame.get().lines(), StandardCharsets.UTF_8));
    }
    return lines.toString();
  }

  private static List<String> describe(InputStream in) throws IOException {
    var reader = new SseReader(in, 1_000);
    var all = new ArrayList<String>();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      var event = frame.get();
      var data = new String(event.data(), StandardCharsets.UTF_8);
      all.add(event.name() + "|" + data + "|" + event.comment());
    }
    return all;
  }

  private static InputStream split(byte[] bytes, int at) {
    return new SequenceInputStream(
        new ByteArrayInputStream(bytes, 0, at),
        new ByteArrayInputStream(bytes, at, bytes.length - at));
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
