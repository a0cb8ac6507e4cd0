package dev.sallyport.mcp.wire;

import java.util.Base64;
import java.util.Optional;

/** Bytes in a text. Source: RFC 4648, section 4. */
public final class Base64Text {
  /** As many characters belong together. */
  private static final int BLOCK = 4;

  private Base64Text() {}

  /** The bytes, or empty if the text holds anything else, such as a line end, or lacks padding. */
  public static Optional<byte[]> decode(String text) {
    if (text.length() % BLOCK != 0) {
      return Optional.empty(); // the decoder of the JDK would do without the padding
    }
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
