package dev.sallyport.identity.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes moments in the form of RFC 3339 with microseconds, such as many in a row. Not thread-safe.
 */
final class Timestamps {
  static final int BYTES = "2026-01-01T00:00:00.000000Z".length();

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'.'").withZone(ZoneOffset.UTC);
  private static final int MICRO_DIGITS = 6;

  private long second = Long.MIN_VALUE;
  private byte[] prefix = new byte[0];

  /** Writes a moment and gives the place after it. */
  int write(Instant moment, byte[] target, int offset) {
    if (moment.getEpochSecond() != second) {
      second = moment.getEpochSecond();
      prefix = SECONDS.format(moment).getBytes(StandardCharsets.US_ASCII);
    }
    System.arraycopy(prefix, 0, target, offset, prefix.length);
    int end = offset + prefix.length + MICRO_DIGITS;
    int micros = moment.getNano() / 1_000;
    for (int i = end - 1; i >= end - MICRO_DIGITS; i--) {
      target[i] = (byte) ('0' + micros % 10);
      micros /= 10;
    }
    target[end] = 'Z';
    return end + 1;
  }
}
