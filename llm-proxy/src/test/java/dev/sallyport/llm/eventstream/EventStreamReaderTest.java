package dev.sallyport.llm.eventstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.llm.sse.FrameTooLargeException;
import dev.sallyport.llm.testing.EventStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class EventStreamReaderTest {
  private static final int MAX = 1 << 16;
  private static final String LINES =
      """
      messageStart {"role":"assistant"}
      contentBlockDelta {"delta":{"text":"Grüße"},"contentBlockIndex":0}
      !throttlingException {"message":"slow down"}
      """;
  private static final List<String> EVENTS =
      List.of(
          "messageStart {\"role\":\"assistant\"}",
          "contentBlockDelta {\"delta\":{\"text\":\"Grüße\"},\"contentBlockIndex\":0}",
          "exception:throttlingException {\"message\":\"slow down\"}");

  @Test
  void readsEventsAndExceptions() throws IOException {
    assertThat(read(stream(), MAX)).isEqualTo(EVENTS);
  }

  @Test
  void readsThemTheSameByteByByte() throws IOException {
    var trickle =
        new InputStream() {
          private final InputStream in = new ByteArrayInputStream(stream());

          @Override
          public int read() throws IOException {
            return in.read();
          }

          @Override
          public int read(byte[] into, int from, int most) throws IOException {
            return in.read(into, from, Math.min(most, 1));
          }
        };

    assertThat(read(new EventStreamReader(trickle, MAX))).isEqualTo(EVENTS);
  }

  @Test
  void givesNoEventThatTheEndCutsOff() throws IOException {
    var ends = new ArrayList<Integer>();
    int length = 0;
    for (var frame : EventStreams.frames(LINES)) {
      length += frame.length;
      ends.add(length);
    }
    var all = stream();
    for (int cut = 0; cut < all.length; cut++) {
      int end = cut;
      int whole = (int) ends.stream().filter(each -> each <= end).count();
      assertThat(read(Arrays.copyOf(all, cut), MAX)).isEqualTo(EVENTS.subList(0, whole));
    }
  }

  @Test
  void findsEveryByteThatWasChanged() {
    var frame = EventStreams.frames(LINES).getFirst();
    for (int i = 0; i < frame.length; i++) {
      var changed = frame.clone();
      changed[i] ^= 0x10;
      assertThatThrownBy(() -> read(changed, MAX))
          .as("byte %d", i)
          .isInstanceOf(MalformedEventException.class)
          .hasMessageContaining("checksum");
    }
  }

  @Test
  void readsNoEventLargerThanAllowed() throws IOException {
    var frame = EventStreams.frames(LINES).getFirst();

    assertThat(read(frame, frame.length)).hasSize(1);
    assertThatThrownBy(() -> read(frame, frame.length - 1))
        .isInstanceOf(FrameTooLargeException.class);
  }

  /** AWS's own message without headers and payload: its checksums hold, but it says nothing. */
  @Test
  void agreesWithAwsOnChecksums() {
    var empty = HexFormat.of().parseHex("000000100000000005c248eb7d98c8ff");

    assertThatThrownBy(() -> read(empty, MAX))
        .isInstanceOf(MalformedEventException.class)
        .hasMessageContaining("unknown type");
  }

  @Test
  void passesOverHeadersThatAreNotText() throws IOException {
    var headers = new ByteArrayOutputStream();
    for (int type = 0; type < 10; type++) {
      var bytes = new byte[] {0, 0, 1, 2, 4, 8, 2, 2, 8, 16};
      if (type != 7) {
        headers.writeBytes(new byte[] {1, 'x', (byte) type});
        headers.writeBytes(type == 6 ? new byte[] {0, 2, 9, 9} : new byte[bytes[type]]);
      }
    }
    EventStreams.header(headers, ":message-type", "event");
    EventStreams.header(headers, ":event-type", "ping");

    assertThat(read(EventStreams.frame(headers.toByteArray(), new byte[] {'x'}), MAX))
        .containsExactly("ping x");
  }

  @Test
  void takesAnErrorForAnException() throws IOException {
    var headers = new ByteArrayOutputStream();
    EventStreams.header(headers, ":message-type", "error");
    EventStreams.header(headers, ":error-code", "InternalFailure");
    EventStreams.header(headers, ":error-message", "oh");

    assertThat(read(EventStreams.frame(headers.toByteArray(), new byte[0]), MAX))
        .containsExactly("exception:InternalFailure oh");
  }

  @Test
  void refusesHeadersThatDoNotEndWhereTheySay() {
    for (var headers :
        List.of(new byte[] {5, 'a'}, new byte[] {1, 'a'}, new byte[] {1, 'a', 7, 0, 9, 'x'})) {
      assertThatThrownBy(() -> read(EventStreams.frame(headers, new byte[0]), MAX))
          .isInstanceOf(MalformedEventException.class);
    }
    assertThatThrownBy(() -> read(EventStreams.frame(new byte[] {1, 'a', 10}, new byte[0]), MAX))
        .isInstanceOf(MalformedEventException.class);
  }

  @Test
  void refusesLengthsThatCannotBe() {
    var zero = HexFormat.of().parseHex("0000000000000000");
    var long32 = HexFormat.of().parseHex("00000020fffffff0");
    for (var lengths : List.of(zero, long32)) {
      var crc = new CRC32();
      crc.update(lengths);
      var prelude = Arrays.copyOf(lengths, 40);
      ByteBuffer.wrap(prelude).putInt(8, (int) crc.getValue());
      assertThatThrownBy(() -> read(prelude, MAX))
          .isInstanceOf(MalformedEventException.class)
          .hasMessageContaining("lengths");
    }
  }

  private static byte[] stream() {
    var out = new ByteArrayOutputStream();
    EventStreams.frames(LINES).forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static List<String> read(byte[] stream, int max) throws IOException {
    return read(new EventStreamReader(new ByteArrayInputStream(stream), max));
  }

  private static List<String> read(EventStreamReader reader) throws IOException {
    var events = new ArrayList<String>();
    for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
      events.add(frame.get().name() + " " + new String(frame.get().data(), StandardCharsets.UTF_8));
    }
    return events;
  }
}
