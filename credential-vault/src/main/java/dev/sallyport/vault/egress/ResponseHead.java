package dev.sallyport.vault.egress;

import dev.sallyport.vault.egress.EgressException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The head of an answer, checked. Its fields are found when they are asked for.
 *
 * <p>Source: RFC 9112, sections 4 to 6, without what it allows for old times' sake: every line ends
 * in CR LF, no field goes over two lines, and a body's length is said in one way.
 */
final class ResponseHead {
  static final int MAX_BYTES = 64 * 1024;
  static final int MAX_FIELDS = 200;

  private final byte[] bytes;
  private final int status;
  private final boolean persistent;

  /** For each field: where its name begins and ends, and where its value begins and ends. */
  private int[] fields = new int[4 * 16];

  private int count;

  /**
   * Checks a head.
   *
   * @param bytes all of it, with the empty line at its end; kept
   */
  ResponseHead(byte[] bytes) throws EgressException {
    this.bytes = bytes;
    int lineEnd = lineEnd(0);
    this.status = parseStatus(lineEnd);
    boolean old = bytes[7] == '0';
    int from = lineEnd + 2;
    while (bytes[from] != '\r') {
      int end = lineEnd(from);
      addField(from, end);
      from = end + 2;
    }
    if (from + 2 != bytes.length) {
      throw malformed("a line that is cut");
    }
    this.persistent = !old && !hasConnectionClose();
  }

  int status() {
    return status;
  }

  /** Whether the upstream goes on with the connection. */
  boolean persistent() {
    return persistent;
  }

  boolean isOld() {
    return bytes[7] == '0';
  }

  /** The first field of that name. */
  Optional<String> first(String name) {
    int index = find(name, 0);
    return index < 0 ? Optional.empty() : Optional.of(value(index));
  }

  /** How many fields there are of that name. */
  int occurrences(String name) {
    int found = 0;
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
      found++;
    }
    return found;
  }

  /**
   * The length of the body as it is said.
   *
   * @return -1 if it is not said
   */
  long contentLength() throws EgressException {
    long length = -1;
    for (int i = find("content-length", 0); i >= 0; i = find("content-length", i + 1)) {
      long said = parseLength(i);
      if (length >= 0 && length != said) {
        throw malformed("two lengths");
      }
      length = said;
    }
    return length;
  }

  private int find(String name, int from) {
    for (int i = from; i < count; i++) {
      if (Fields.sameIgnoringCase(bytes, fields[4 * i], fields[4 * i + 1], name)) {
        return i;
      }
    }
    return -1;
  }

  private String value(int index) {
    int from = fields[4 * index + 2];
    return new String(bytes, from, fields[4 * index + 3] - from, StandardCharsets.ISO_8859_1);
  }

  private long parseLength(int index) throws EgressException {
    int from = fields[4 * index + 2];
    int to = fields[4 * index + 3];
    if (from == to || to - from > 18) {
      throw malformed("a length that is none");
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw malformed("a length that is none");
      }
      length = length * 10 + digit;
    }
    return length;
  }

  private boolean hasConnectionClose() {
    for (int i = find("connection", 0); i >= 0; i = find("connection", i + 1)) {
      for (var option : value(i).split(",", -1)) {
        if (option.strip().equalsIgnoreCase("close")) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@code HTTP/1.x SP 3DIGIT [SP reason]}. */
  private int parseStatus(int end) throws EgressException {
    boolean wellFormed =
        end >= 12
            && beginsLikeHttp(bytes, 8)
            && bytes[8] == ' '
            && (end == 12 || bytes[12] == ' ')
            && valueOnly(12, end);
    if (!wellFormed) {
      throw malformed("no status line");
    }
    int parsed = 0;
    for (int i = 9; i < 12; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw malformed("no status");
      }
      parsed = parsed * 10 + digit;
    }
    if (parsed < 100 || parsed > 599) {
      throw malformed("no status");
    }
    return parsed;
  }

  /** Whether bytes, as many as are here, are the beginning of an answer of HTTP/1. */
  static boolean beginsLikeHttp(byte[] bytes, int length) {
    var version = "HTTP/1.";
    int known = Math.min(length, version.length());
    for (int i = 0; i < known; i++) {
      if (bytes[i] != version.charAt(i)) {
        return false;
      }
    }
    return length < 8 || bytes[7] == '1' || bytes[7] == '0';
  }

  private void addField(int from, int end) throws EgressException {
    if (count == MAX_FIELDS) {
      throw new EgressException(Reason.TOO_LARGE, "the answer has too many header fields");
    }
    int colon = from;
    while (colon < end && Fields.isToken(bytes[colon])) {
      colon++;
    }
    if (colon == from || colon == end || bytes[colon] != ':' || !valueOnly(colon + 1, end)) {
      throw malformed("a header field that is none");
    }
    int valueFrom = colon + 1;
    int valueTo = end;
    while (valueFrom < valueTo && isSpace(bytes[valueFrom])) {
      valueFrom++;
    }
    while (valueTo > valueFrom && isSpace(bytes[valueTo - 1])) {
      valueTo--;
    }
    if (4 * count == fields.length) {
      fields = Arrays.copyOf(fields, 2 * fields.length);
    }
    fields[4 * count] = from;
    fields[4 * count + 1] = colon;
    fields[4 * count + 2] = valueFrom;
    fields[4 * count + 3] = valueTo;
    count++;
  }

  private boolean valueOnly(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Fields.isValue(bytes[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  private int lineEnd(int from) throws EgressException {
    for (int i = from; i + 1 < bytes.length; i++) {
      if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
        return i;
      }
    }
    throw malformed("a line without end");
  }

  static EgressException malformed(String what) {
    return new EgressException(Reason.MALFORMED, "the upstream's answer has " + what);
  }
}
