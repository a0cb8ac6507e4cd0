package dev.sallyport.mcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {
  /** CV-02: whatever the chunks. */
  @Test
  void readsTheSameEventsWhereverTheStreamIsSplit() throws Exception {
    var stream =
        "\ufeffid: 1\r\nevent: message\r\ndata: {\"a\":\"\u00e9\u20ac\"}\r\n\r\n: still there\n\n"
            + "data: one\ndata:two\ndata\n\nretry: 5\rdata: last\r\r";
    var bytes = stream.getBytes(UTF_8);

    for (int split = 0; split <= bytes.length; split++) {
      assertThat(events(bytes, split, 1_000))
          .as("split at %d", split)
          .containsExactly("{\"a\":\"\u00e9\u20ac\"}", "one\ntwo\n", "last");
    }
    assertThat(events(bytes, 1, 1_000)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"data: cut", "data: cut\n", "database: x\n\n", "id: 1\n\n", ": x\n\n", ""})
  void takesNoEventFromWhatIsNone(String stream) throws Exception {
    assertThat(events(stream.getBytes(UTF_8), 3, 1_000)).isEmpty();
  }

  /** Source: HTML, "Interpreting an event stream": an event without a name is a message. */
  @Test
  void takesNoEventOfAnotherNameForAMessage() throws Exception {
    var stream =
        "event: ping\n"
            + "data: one\n"
            + "data: more\n"
            + "id: 1\n\n"
            + "event\n"
            + "data: two\n\n"
            + "data: three\n"
            + "event: ping\n"
            + "event: message\n\n"
            + "event: ping\n\n"
            + "data: four\n\n"
            + "data: five\n"
            + "event: pong\n\n";

    assertThat(events(stream.getBytes(UTF_8), 3, 1_000)).containsExactly("two", "three", "four");
  }

  @Test
  void countsWhatIsNoMessageAsIdle() throws Exception {
    var idle = new AtomicInteger();
    var stream = "event: ping\ndata: x\n\n".repeat(100).getBytes(UTF_8);

    assertThat(new SseReader(new SplitStream(stream, 3), 1_000, idle::incrementAndGet).next())
        .isEmpty();
    assertThat(idle.get()).isGreaterThan(100);
  }

  @Test
  void tellsAfterEachLineWhatItStillHolds() throws Exception {
    var held = new ArrayList<Integer>();
    var stream =
        "event: ping\ndata: dropped\n\n: still there\ndata: one\n: and there\ndata: two\n\n";
    var in = new ByteArrayInputStream(stream.getBytes(UTF_8));

    assertThat(new SseReader(in, 1_000, () -> {}, held::add).next()).isPresent();

    assertThat(held).containsExactly(0, 7, 0, 0, 3, 3, 7);
  }

  @ParameterizedTest
  @CsvSource({"94, true", "95, false"})
  void takesTheLargestLineAndNoLarger(int length, boolean taken) throws Exception {
    var bytes = ("data: " + "x".repeat(length) + "\n\n").getBytes(UTF_8);

    if (taken) {
      assertThat(events(bytes, 7, 100)).hasSize(1);
    } else {
      assertThatThrownBy(() -> events(bytes, 7, 100))
          .isInstanceOf(SseReader.EventTooLargeException.class);
    }
  }

  @Test
  void boundsAnEventOfManyLines() {
    var bytes = ("data: 0123456789\n".repeat(11) + "\n").getBytes(UTF_8);

    assertThatThrownBy(() -> events(bytes, 7, 100))
        .isInstanceOf(SseReader.EventTooLargeException.class);
  }

  private static List<String> events(byte[] bytes, int split, int max) throws IOException {
    var reader = new SseReader(new SplitStream(bytes, split), max, () -> {});
    var events = new ArrayList<String>();
    for (var event = reader.next(); event.isPresent(); event = reader.next()) {
      events.add(new String(event.get(), UTF_8));
    }
    return events;
  }

  /** Gives the bytes before a place and those behind it in reads of their own. */
  private static final class SplitStream extends InputStream {
    private final ByteArrayInputStream all;
    private final int total;
    private final int split;

    SplitStream(byte[] bytes, int split) {
      all = new ByteArrayInputStream(bytes);
      total = bytes.length;
      this.split = split;
    }

    @Override
    public int read() {
      return all.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int at = total - all.available();
      return all.read(buffer, offset, at < split ? Math.min(length, split - at) : length);
    }
  }
}
