package dev.sallyport.mcp.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads lines of bounded length into a buffer of its own. For one thread. */
final class LineReader implements AutoCloseable {
  private static final int FIRST_SIZE = 8_192;
  private static final int KEPT_SIZE = 1 << 20;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] chunk = new byte[FIRST_SIZE];
  private int position;
  private int limit;
  private byte[] line = new byte[FIRST_SIZE];
  private int length;

  LineReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads the next line; a last one that is not ended counts for none.
   *
   * @throws LineTooLongException if it is longer than allowed
   */
  boolean next() throws IOException {
    length = 0;
    if (line.length > KEPT_SIZE) {
      line = new byte[FIRST_SIZE];
    }
    while (true) {
      if (position == limit) {
        limit = Math.max(0, in.read(chunk, 0, chunk.length));
        position = 0;
        if (limit == 0) {
          return false;
        }
      }
      int end = position;
      while (end < limit && chunk[end] != '\n') {
        end++;
      }
      append(end);
      if (end < limit) {
        position = end + 1;
        return true;
      }
      position = limit;
    }
  }

  private void append(int end) throws LineTooLongException {
    int more = end - position;
    if (length + more > maxBytes) {
      throw new LineTooLongException();
    }
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.max(length + more, line.length * 2));
    }
    System.arraycopy(chunk, position, line, length, more);
    length += more;
  }

  /** The line, in the first {@link #length} bytes of an array that the next line overwrites. */
  byte[] buffer() {
    return line;
  }

  int length() {
    return length;
  }

  boolean startsWith(char first) {
    return length > 0 && line[0] == first;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** A line is longer than allowed. */
  static final class LineTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    LineTooLongException() {
      super("a line is too long");
    }
  }
}
