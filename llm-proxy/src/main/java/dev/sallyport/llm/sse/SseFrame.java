package dev.sallyport.llm.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One event.
 *
 * @param lines its lines, each ended by LF, with a space after {@code data:}; then an empty line
 * @param name what its {@code event} field says; empty without one
 * @param data what its {@code data} fields say, joined by LF; empty without one
 * @param comment whether it is nothing but comments
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, compared by no one
public record SseFrame(byte[] lines, String name, byte[] data, boolean comment) {
  /**
   * An event that is written anew.
   *
   * @param name what its {@code event} field is to say; one of several lines, with which others
   *     would begin, is said as little as an empty one
   * @param data a text of one line
   */
  public static SseFrame of(String name, byte[] data) {
    var lines = new ByteArrayOutputStream(data.length + 64);
    if (!name.isEmpty() && name.indexOf('\n') < 0 && name.indexOf('\r') < 0) {
      lines.writeBytes(("event: " + name + "\n").getBytes(StandardCharsets.UTF_8));
    }
    lines.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    lines.writeBytes(data);
    lines.writeBytes(new byte[] {'\n', '\n'});
    return new SseFrame(lines.toByteArray(), name, data, false);
  }
}
