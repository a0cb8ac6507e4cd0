package dev.sallyport.llm.eventstream;

import dev.sallyport.llm.sse.FrameReader;
import dev.sallyport.llm.sse.FrameTooLargeException;
import dev.sallyport.llm.sse.SseFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Reads events of {@code application/vnd.amazon.eventstream}, each as soon as its last byte is
 * there. An event's name is its type; that of an exception is {@code exception:} and its type. Its
 * data is the payload. For one thread. Source: AWS, "Amazon event stream specification".
 */
public final class EventStreamReader implements FrameReader {
  /** The media type of such streams. */
  public static final String TYPE = "application/vnd.amazon.eventstream";

  /** What stands before the type of an exception in an event's name. */
  public static final String EXCEPTION = "exception:";

  /** The length of all, the length of the headers, and the checksum of both. */
  private static final int PRELUDE = 12;

  private static final int CHECKSUM = 4;
  private static final byte[] NOTHING = new byte[0];

  private final InputStream in;
  private final int maxFrameBytes;

  /**
   * A reader of the stream.
   *
   * @param maxFrameBytes the largest event that is read
   */
  public EventStreamReader(InputStream in, int maxFrameBytes) {
    this.in = in;
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * The next event; empty at the end. An event that the end cuts off is not given.
   *
   * @throws MalformedEventException if a checksum or a length is wrong
   */
  @Override
  public Optional<SseFrame> next() throws IOException {
    var prelude = in.readNBytes(PRELUDE);
    if (prelude.length < PRELUDE) {
      return Optional.empty();
    }
    var lengths = ByteBuffer.wrap(prelude);
    long all = Integer.toUnsignedLong(lengths.getInt());
    long headers = Integer.toUnsignedLong(lengths.getInt());
    if (checksum(prelude, PRELUDE - CHECKSUM, NOTHING, 0) != lengths.getInt()) {
      throw new MalformedEventException("the checksum of a prelude is wrong");
    }
    if (all < PRELUDE + headers + CHECKSUM) {
      throw new MalformedEventException("the lengths of an event are wrong");
    }
    if (all > maxFrameBytes) {
      throw new FrameTooLargeException(maxFrameBytes);
    }
    int left = (int) all - PRELUDE;
    var rest = in.readNBytes(left);
    if (rest.length < left) {
      return Optional.empty();
    }
    var body = ByteBuffer.wrap(rest);
    if (checksum(prelude, PRELUDE, rest, left - CHECKSUM) != body.getInt(left - CHECKSUM)) {
      throw new MalformedEventException("the checksum of an event is wrong");
    }
    var read = EventHeaders.read(body.slice(0, (int) headers));
    var payload = new byte[left - CHECKSUM - (int) headers];
    body.get((int) headers, payload);
    return Optional.of(frame(read, payload));
  }

  private static int checksum(byte[] first, int firstLength, byte[] then, int thenLength) {
    var crc = new CRC32();
    crc.update(first, 0, firstLength);
    crc.update(then, 0, thenLength);
    return (int) crc.getValue();
  }

  private static SseFrame frame(EventHeaders headers, byte[] payload)
      throws MalformedEventException {
    return switch (headers.text(":message-type")) {
      case "event" -> new SseFrame(NOTHING, headers.text(":event-type"), payload, false);
      case "exception" ->
          new SseFrame(NOTHING, EXCEPTION + headers.text(":exception-type"), payload, false);
      case "error" -> {
        var said = headers.text(":error-message").getBytes(StandardCharsets.UTF_8);
        yield new SseFrame(NOTHING, EXCEPTION + headers.text(":error-code"), said, false);
      }
      default -> throw new MalformedEventException("a message of an unknown type");
    };
  }
}
