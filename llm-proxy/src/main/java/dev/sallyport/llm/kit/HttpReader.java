package dev.sallyport.llm.kit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads requests of HTTP/1.1. */
final class HttpReader {
  private static final int LONGEST_LINE = 64 * 1_024;
  private static final int MOST_HEADERS = 200;
  private static final int LARGEST_BODY = 64 * 1_024 * 1_024;

  private HttpReader() {}

  /**
   * Reads one.
   *
   * @param out for a caller who wants to be told to go on
   */
  static Received read(InputStream in, OutputStream out) throws IOException {
    var first = line(in).split(" ", -1);
    if (first.length != 3) {
      throw new ProtocolException("not a request");
    }
    Map<String, String> headers = new HashMap<>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1 || headers.size() == MOST_HEADERS) {
        throw new ProtocolException("not headers");
      }
      var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.merge(name, line.substring(colon + 1).strip(), (one, other) -> one + "," + other);
    }
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    return new Received(first[0], first[1], headers, body(in, headers));
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return bytes(in, length(headers.getOrDefault("content-length", "0"), 10));
    }
    var body = new ByteArrayOutputStream();
    for (int next = chunk(in); next > 0; next = chunk(in)) {
      if (body.size() > LARGEST_BODY - next) {
        throw new ProtocolException("too large a body");
      }
      body.writeBytes(bytes(in, next));
      var _ = line(in);
    }
    var _ = line(in);
    return body.toByteArray();
  }

  private static int chunk(InputStream in) throws IOException {
    return length(line(in).replaceFirst(";.*", ""), 16);
  }

  private static int length(String text, int radix) throws IOException {
    try {
      int length = Integer.parseInt(text.strip(), radix);
      if (length >= 0 && length <= LARGEST_BODY) {
        return length;
      }
    } catch (NumberFormatException _) {
      throw new ProtocolException("not a length");
    }
    throw new ProtocolException("too large a body");
  }

  private static byte[] bytes(InputStream in, int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (line.length() == LONGEST_LINE) {
        throw new ProtocolException("too long a line");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
