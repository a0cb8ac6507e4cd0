package dev.sallyport.mcp.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * Reads the data of server-sent events, one at a time, whatever the chunks that they come in. For
 * one thread.
 */
public final class SseReader {
  private static final int BUFFER = 8_192;
  private static final byte[] DATA = {'d', 'a', 't', 'a'};
  private static final byte[] ID = {'i', 'd'};
  private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
  private static final byte[] RETRY = {'r', 'e', 't', 'r', 'y'};
  private static final String MESSAGE = "message";
  private static final int MAX_ID = 1_024;
  private static final int MAX_RETRY_DIGITS = 9;

  /** What an event may have besides its data, and a sign of life before it. */
  private static final int USUAL_LINES = 8;

  private final InputStream in;
  private final int maxEventBytes;
  private final Runnable idleLine;
  private final IntConsumer held;
  private final byte[] buffer = new byte[BUFFER];
  private final Bytes line = new Bytes();
  private final Bytes data = new Bytes();
  private int position;
  private int limit;
  private int idleLines;
  private boolean afterCarriageReturn;
  private boolean atStart = true;
  private String id = "";
  private String lastId = "";
  private OptionalInt retryMillis = OptionalInt.empty();

  /**
   * A reader of a stream.
   *
   * @param maxEventBytes the longest line, and the most data of one event
   * @param idleLine is run for each line that brings no data, beyond those that an event may have;
   *     what it throws ends the reading
   */
  public SseReader(InputStream in, int maxEventBytes, Runnable idleLine) {
    this(in, maxEventBytes, idleLine, _ -> {});
  }

  /**
   * A reader of a stream whose bytes are counted.
   *
   * @param held is told after each line, but for the last one of a message, how many bytes are kept
   *     of all that were read: the data of an event that has not ended yet
   */
  public SseReader(InputStream in, int maxEventBytes, Runnable idleLine, IntConsumer held) {
    this.in = in;
    this.maxEventBytes = maxEventBytes;
    this.idleLine = idleLine;
    this.held = held;
  }

  /**
   * The data of the next message that has any; empty at the end of the stream. An event that the
   * end cuts off is none, and one of another name than {@value #MESSAGE} is no message.
   *
   * @throws EventTooLargeException if a line or an event is longer than allowed
   */
  public Optional<byte[]> next() throws IOException {
    boolean hasData = false;
    boolean isMessage = true;
    data.reset();
    while (readLine()) {
      if (line.size() == 0) {
        lastId = id;
        if (hasData && isMessage) {
          idleLines = 0;
          return Optional.of(data.toByteArray());
        }
        hasData = false;
        isMessage = true;
        data.reset();
      } else if (isField(EVENT)) {
        var name = value(EVENT);
        isMessage = name.isEmpty() || name.equals(MESSAGE);
      } else if (isField(DATA)) {
        if (hasData) {
          data.write('\n');
        }
        hasData = true;
        int from = valueStart(DATA);
        if (data.size() + line.size() - from > maxEventBytes) {
          throw new EventTooLargeException();
        }
        line.appendTo(data, from);
        held.accept(data.size());
        continue;
      } else if (isField(ID)) {
        keepId();
      } else if (isField(RETRY)) {
        keepRetry();
      }
      held.accept(data.size());
      idleLines++;
      if (idleLines > USUAL_LINES) {
        idleLine.run();
      }
    }
    return Optional.empty();
  }

  private boolean readLine() throws IOException {
    line.reset();
    while (true) {
      int b = read();
      if (b < 0) {
        return false;
      }
      boolean secondOfPair = afterCarriageReturn && b == '\n';
      afterCarriageReturn = b == '\r';
      if (secondOfPair) {
        continue;
      }
      if (b == '\n' || b == '\r') {
        dropByteOrderMark();
        return true;
      }
      if (line.size() >= maxEventBytes) {
        throw new EventTooLargeException();
      }
      line.write(b);
    }
  }

  private void dropByteOrderMark() {
    if (atStart) {
      atStart = false;
      line.dropByteOrderMark();
    }
  }

  private int read() throws IOException {
    if (position == limit) {
      limit = in.read(buffer, 0, BUFFER);
      position = 0;
      if (limit <= 0) {
        limit = 0;
        return -1;
      }
    }
    return buffer[position++] & 0xff;
  }

  /** The id of the last whole event that had one, or that of one before; may be empty. */
  public String lastEventId() {
    return lastId;
  }

  /** How long to wait before the stream is asked for again, where the sender said so. */
  public OptionalInt retryMillis() {
    return retryMillis;
  }

  /** An id that cannot stand in a header is none. */
  private void keepId() {
    var value = value(ID);
    if (value.length() <= MAX_ID && value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      id = value;
    }
  }

  private void keepRetry() {
    var value = value(RETRY);
    if (!value.isEmpty()
        && value.length() <= MAX_RETRY_DIGITS
        && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      retryMillis = OptionalInt.of(Integer.parseInt(value));
    }
  }

  private boolean isField(byte[] name) {
    return line.startsWith(name) && (line.size() == name.length || line.at(name.length) == ':');
  }

  private String value(byte[] name) {
    return line.text(valueStart(name));
  }

  private int valueStart(byte[] name) {
    int from = Math.min(line.size(), name.length + 1);
    return from < line.size() && line.at(from) == ' ' ? from + 1 : from;
  }

  /** A line or an event was longer than allowed. */
  public static final class EventTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    EventTooLargeException() {
      super("a server-sent event is too large");
    }
  }

  private static final class Bytes extends ByteArrayOutputStream {
    byte at(int index) {
      return buf[index];
    }

    boolean startsWith(byte[] prefix) {
      if (count < prefix.length) {
        return false;
      }
      for (int i = 0; i < prefix.length; i++) {
        if (buf[i] != prefix[i]) {
          return false;
        }
      }
      return true;
    }

    void appendTo(ByteArrayOutputStream target, int from) {
      target.write(buf, from, count - from);
    }

    String text(int from) {
      return new String(buf, from, count - from, StandardCharsets.UTF_8);
    }

    void dropByteOrderMark() {
      if (count >= 3
          && (buf[0] & 0xff) == 0xef
          && (buf[1] & 0xff) == 0xbb
          && (buf[2] & 0xff) == 0xbf) {
        System.arraycopy(buf, 3, buf, 0, count - 3);
        count -= 3;
      }
    }
  }
}
