package dev.sallyport.llm.sse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads server-sent events, each as soon as its last byte is there, whatever the chunks that the
 * bytes come in. For one thread. Source: WHATWG HTML, "Server-sent events".
 */
public final class SseReader implements FrameReader {
  private static final int LEAST_BUFFER = 512;
  private static final int MOST_BUFFER = 8_192;
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EVENT = "event:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final int maxFrameBytes;
  private byte[] buffer = new byte[LEAST_BUFFER];
  private int next;
  private int filled;
  private boolean afterReturn;
  private boolean atStart = true;

  private final Line line = new Line();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream(512);
  private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
  private String name = "";
  private boolean hasData;
  private boolean onlyComments = true;

  /**
   * A reader of the stream.
   *
   * @param maxFrameBytes the largest event that is read
   */
  public SseReader(InputStream in, int maxFrameBytes) {
    this.in = in;
    this.maxFrameBytes = maxFrameBytes;
  }

  @Override
  public Optional<SseFrame> next() throws IOException {
    while (true) {
      while (next < filled) {
        if (endOfLine() && endsFrame()) {
          return Optional.of(endFrame());
        }
      }
      if (filled == buffer.length && filled < MOST_BUFFER) {
        buffer = new byte[2 * filled];
      }
      filled = in.read(buffer, 0, buffer.length);
      next = 0;
      if (filled < 0) {
        return last();
      }
    }
  }

  /** An event that the end cuts off is none, but for the words after which there is nothing. */
  private Optional<SseFrame> last() {
    filled = 0;
    next = 0;
    if (line.size() > 0) {
      endLine();
    }
    if (!Arrays.equals(data.toByteArray(), DONE)) {
      return Optional.empty();
    }
    return Optional.of(endFrame());
  }

  /** Goes to the end of the line, or of what was read; true if it was the line's. */
  private boolean endOfLine() throws FrameTooLargeException {
    if (afterReturn && buffer[next] == '\n') {
      afterReturn = false;
      next++;
      return false;
    }
    afterReturn = false;
    int from = next;
    while (next < filled && buffer[next] != '\n' && buffer[next] != '\r') {
      next++;
    }
    if (next > from && line.size() + lines.size() + (next - from) > maxFrameBytes) {
      throw new FrameTooLargeException(maxFrameBytes);
    }
    line.write(buffer, from, next - from);
    if (next == filled) {
      return false;
    }
    afterReturn = buffer[next++] == '\r';
    return true;
  }

  private boolean endsFrame() {
    if (line.size() > 0) {
      endLine();
      return false;
    }
    return lines.size() > 0;
  }

  private void endLine() {
    int from = atStart && line.startsWith(0, BOM) ? BOM.length : 0;
    atStart = false;
    if (line.size() > from && line.at(from) != ':') {
      onlyComments = false;
    }
    if (line.startsWith(from, DATA)) {
      int value = from + DATA.length;
      if (line.size() > value && line.at(value) == ' ') {
        value++;
      }
      if (hasData) {
        data.write('\n');
      }
      hasData = true;
      line.writeTo(data, value);
      lines.writeBytes(DATA);
      lines.write(' ');
      line.writeTo(lines, value);
    } else {
      if (line.startsWith(from, EVENT)) {
        name = line.text(from + EVENT.length).strip();
      }
      line.writeTo(lines, from);
    }
    lines.write('\n');
    line.reset();
  }

  private SseFrame endFrame() {
    lines.write('\n');
    var frame = new SseFrame(lines.toByteArray(), name, data.toByteArray(), onlyComments);
    lines.reset();
    data.reset();
    name = "";
    hasData = false;
    onlyComments = true;
    return frame;
  }

  /** A line as far as it came, which is looked at where it is. */
  private static final class Line extends ByteArrayOutputStream {
    Line() {
      super(LEAST_BUFFER);
    }

    byte at(int index) {
      return buf[index];
    }

    boolean startsWith(int from, byte[] prefix) {
      return count - from >= prefix.length
          && Arrays.equals(buf, from, from + prefix.length, prefix, 0, prefix.length);
    }

    void writeTo(ByteArrayOutputStream out, int from) {
      out.write(buf, from, count - from);
    }

    String text(int from) {
      return new String(buf, from, count - from, StandardCharsets.UTF_8);
    }
  }
}
