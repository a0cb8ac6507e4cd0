package dev.sallyport.gateway.bench;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The bytes of one HTTP/1.1 message as they come in: just enough to know where it ends. Holds
 * messages of up to {@value #MAX_BYTES} bytes. For one thread.
 */
final class HttpMessage {
  static final int MAX_BYTES = 64 * 1024;

  private static final int UNKNOWN = -1;
  private static final int CHUNKED = -2;
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

  private final byte[] bytes = new byte[MAX_BYTES];
  private int filled;
  private int bodyStart = UNKNOWN;
  private int bodyLength = UNKNOWN;

  /** Forgets everything, for the next message on the same connection. */
  void clear() {
    filled = 0;
    bodyStart = UNKNOWN;
    bodyLength = UNKNOWN;
  }

  /**
   * Takes what came.
   *
   * @return whether the message is whole
   * @throws IllegalStateException if it is longer than this holds
   */
  boolean take(ByteBuffer more) {
    if (more.remaining() > bytes.length - filled) {
      throw new IllegalStateException("a message of more than " + MAX_BYTES + " bytes");
    }
    int before = filled;
    int length = more.remaining();
    more.get(bytes, filled, length);
    filled += length;
    if (bodyStart == UNKNOWN) {
      readHead(before);
    }
    if (bodyStart == UNKNOWN) {
      return false;
    }
    return bodyLength == CHUNKED
        ? filled - bodyStart >= LAST_CHUNK.length
            && Arrays.equals(bytes, filled - LAST_CHUNK.length, filled, LAST_CHUNK, 0, 5)
        : filled >= bodyStart + bodyLength;
  }

  /** The status of a response. */
  int status() {
    return Integer.parseInt(new String(bytes, 9, 3, StandardCharsets.US_ASCII));
  }

  /** The head as it came. */
  String head() {
    return new String(bytes, 0, bodyStart, StandardCharsets.ISO_8859_1);
  }

  /** The body as it came, chunks and all. */
  String body() {
    return new String(bytes, bodyStart, filled - bodyStart, StandardCharsets.UTF_8);
  }

  /** The bytes of a body that came with its length. */
  InputStream bodyBytes() {
    return new ByteArrayInputStream(bytes, bodyStart, filled - bodyStart);
  }

  private void readHead(int before) {
    for (int i = Math.max(0, before - HEAD_END.length + 1); i <= filled - HEAD_END.length; i++) {
      if (bytes[i] == '\r' && Arrays.equals(bytes, i, i + HEAD_END.length, HEAD_END, 0, 4)) {
        bodyStart = i + HEAD_END.length;
        bodyLength = bodyLength(head());
        return;
      }
    }
  }

  private static int bodyLength(String head) {
    for (var line : head.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon == 14 && line.toLowerCase(Locale.ROOT).startsWith("content-length")) {
        return Integer.parseInt(line.substring(colon + 1).strip());
      }
      if (colon == 17 && line.toLowerCase(Locale.ROOT).startsWith("transfer-encoding")) {
        return CHUNKED;
      }
    }
    return 0;
  }
}
