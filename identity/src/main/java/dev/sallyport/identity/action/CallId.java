package dev.sallyport.identity.action;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * The name of one attempt, in evidence and in refusals: a UUID of version 7, so that names sort by
 * time. Source: RFC 9562, section 5.7.
 */
public record CallId(String value) {
  private static final int BYTES = 16;

  /** A new name. */
  static CallId create(Instant now, SecureRandom random) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    var drawn = ByteBuffer.wrap(bytes);
    long timed = (now.toEpochMilli() << 16) | 0x7000 | (drawn.getLong() & 0xfff);
    long free = (1L << 63) | (drawn.getLong() >>> 2);
    return new CallId(new UUID(timed, free).toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
