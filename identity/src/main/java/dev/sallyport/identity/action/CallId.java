package dev.sallyport.identity.action;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * The name of one attempt, in evidence and in refusals: a UUID of version 7, so that names sort by
 * time. Source: RFC 9562, section 5.7.
 */
public record CallId(String value) {
  private static final HexFormat HEX = HexFormat.of();

  /** A new name. */
  static CallId create(InstantSource clock, SecureRandom random) {
    var bytes = new byte[16];
    random.nextBytes(bytes);
    long millis = clock.millis();
    for (int i = 0; i < 6; i++) {
      bytes[i] = (byte) (millis >>> (40 - 8 * i));
    }
    bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x70);
    bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
    var hex = HEX.formatHex(bytes);
    return new CallId(
        hex.substring(0, 8)
            + "-"
            + hex.substring(8, 12)
            + "-"
            + hex.substring(12, 16)
            + "-"
            + hex.substring(16, 20)
            + "-"
            + hex.substring(20));
  }

  @Override
  public String toString() {
    return value;
  }
}
