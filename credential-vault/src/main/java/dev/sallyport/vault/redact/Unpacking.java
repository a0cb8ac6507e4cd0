package dev.sallyport.vault.redact;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * Looks for secrets inside what a text packs: runs of base64, also with line breaks, and gzip in
 * them, two layers deep, within bounds. For one result.
 */
final class Unpacking {
  static final int MIN_RUN = 24;
  private static final int MAX_DEPTH = 2;
  private static final int MIN_GZIP = 18;

  /** What each attempt counts for at least, so that there are not many. */
  private static final int MIN_COST = 16 * 1024;

  private static final int MAX_UNZIPPED = 1024 * 1024;
  private static final int MAX_UNPACKED = 8 * 1024 * 1024;

  private final Predicate<byte[]> holdsSecret;
  private final String replacement;
  private long left = MAX_UNPACKED;
  private int found;

  Unpacking(Predicate<byte[]> holdsSecret, String replacement) {
    this.holdsSecret = holdsSecret;
    this.replacement = replacement;
  }

  /** How many runs held a secret. */
  int found() {
    return found;
  }

  /** The text without the runs that hold a secret; the same instance if there are none. */
  String redact(String text) {
    if (text.length() < MIN_RUN) {
      return text;
    }
    StringBuilder out = null;
    int copied = 0;
    int from = 0;
    while (from < text.length()) {
      int to = endOfRun(text, from);
      if (to - from >= MIN_RUN && holds(digits(text, from, to), 1)) {
        found++;
        out = out == null ? new StringBuilder() : out;
        out.append(text, copied, from).append(replacement);
        copied = to;
      }
      from = to + 1;
    }
    return out == null ? text : out.append(text, copied, text.length()).toString();
  }

  private static int endOfRun(String text, int from) {
    int to = from;
    while (to < text.length() && (isDigit(text.charAt(to)) || isBreak(text.charAt(to)))) {
      to++;
    }
    return to;
  }

  static boolean isDigit(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/'
        || c == '-'
        || c == '_'
        || c == '=';
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }

  /** The digits of a run, in the alphabet of URLs, without breaks and padding. */
  private static byte[] digits(String text, int from, int to) {
    var digits = new byte[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (isDigit(c) && c != '=') {
        digits[count++] = (byte) (c == '+' ? '-' : c == '/' ? '_' : c);
      }
    }
    return Arrays.copyOf(digits, count);
  }

  /** Whether base64 digits hold a secret, at whichever of them the data begins. */
  private boolean holds(byte[] digits, int depth) {
    for (int skipped = 0; skipped < 4 && skipped < digits.length; skipped++) {
      int usable = digits.length - skipped;
      usable -= usable % 4 == 1 ? 1 : 0;
      if (usable > left) {
        return false;
      }
      left -= usable;
      var bytes =
          Base64.getUrlDecoder().decode(Arrays.copyOfRange(digits, skipped, skipped + usable));
      if (holdsUnpacked(bytes, depth)) {
        return true;
      }
    }
    return false;
  }

  private boolean holdsUnpacked(byte[] bytes, int depth) {
    if (holdsSecret.test(bytes)) {
      return true;
    }
    for (int i = 0; i + MIN_GZIP <= bytes.length; i++) {
      if (isGzip(bytes, i) && holdsUnzipped(gunzip(bytes, i), depth)) {
        return true;
      }
    }
    return depth < MAX_DEPTH && holdsRuns(bytes, depth);
  }

  private boolean holdsUnzipped(byte[] unzipped, int depth) {
    return holdsSecret.test(unzipped) || (depth < MAX_DEPTH && holdsRuns(unzipped, depth));
  }

  private boolean holdsRuns(byte[] bytes, int depth) {
    int from = 0;
    while (from < bytes.length) {
      int to = from;
      while (to < bytes.length && (isDigit((char) bytes[to]) || isBreak((char) bytes[to]))) {
        to++;
      }
      if (to - from >= MIN_RUN) {
        var text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        if (holds(digits(text, 0, text.length()), depth + 1)) {
          return true;
        }
      }
      from = to + 1;
    }
    return false;
  }

  private static boolean isGzip(byte[] bytes, int at) {
    return bytes[at] == 0x1f && bytes[at + 1] == (byte) 0x8b && bytes[at + 2] == 8;
  }

  /** As much as can be unpacked, within bounds. */
  private byte[] gunzip(byte[] bytes, int from) {
    var unpacked = new byte[Math.clamp(left, 0, MAX_UNZIPPED)];
    int count = 0;
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from))) {
      for (int read = 0; read >= 0 && count < unpacked.length; count += Math.max(read, 0)) {
        read = in.read(unpacked, count, unpacked.length - count);
      }
    } catch (IOException _) {
      // What was unpacked before it broke off is looked at.
    }
    left -= Math.max(count, MIN_COST);
    return Arrays.copyOf(unpacked, count);
  }
}
