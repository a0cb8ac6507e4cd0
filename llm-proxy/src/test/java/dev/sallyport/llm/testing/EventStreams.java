package dev.sallyport.llm.testing;

import dev.sallyport.llm.kit.Script;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** Writes AWS's binary event streams. */
public final class EventStreams {
  private EventStreams() {}

  /**
   * A stream that is written one event a line: its type, a space, and its payload; that of an
   * exception after an exclamation mark.
   */
  public static List<byte[]> frames(String lines) {
    return lines.lines().filter(line -> !line.isBlank()).map(EventStreams::frame).toList();
  }

  /** An answer that streams these frames. */
  public static Script script(List<byte[]> frames) {
    return Script.of(200, "application/vnd.amazon.eventstream", frames);
  }

  private static byte[] frame(String line) {
    int space = line.indexOf(' ');
    boolean exception = line.startsWith("!");
    var type = line.substring(exception ? 1 : 0, space);
    var headers = new ByteArrayOutputStream();
    header(headers, exception ? ":exception-type" : ":event-type", type);
    header(headers, ":content-type", "application/json");
    header(headers, ":message-type", exception ? "exception" : "event");
    return frame(headers.toByteArray(), line.substring(space + 1).getBytes(StandardCharsets.UTF_8));
  }

  /** A header of text. */
  public static void header(ByteArrayOutputStream out, String name, String value) {
    out.write(name.length());
    out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    out.write(7);
    out.write(value.length() >>> 8);
    out.write(value.length());
    out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  /** A frame of these headers and this payload. */
  public static byte[] frame(byte[] headers, byte[] payload) {
    var frame = ByteBuffer.allocate(16 + headers.length + payload.length);
    frame.putInt(frame.capacity()).putInt(headers.length);
    frame.putInt(checksum(frame.array(), 8)).put(headers).put(payload);
    frame.putInt(checksum(frame.array(), frame.capacity() - 4));
    return frame.array();
  }

  private static int checksum(byte[] bytes, int length) {
    var crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
