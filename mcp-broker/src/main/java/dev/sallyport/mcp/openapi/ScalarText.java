package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The text of a value that is neither list nor object, plain and percent-encoded. */
final class ScalarText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private ScalarText() {}

  /**
   * The text of a value. A number without a fraction is written without one.
   *
   * @throws UnfitArgumentException if the value is a list, an object or null
   */
  static String of(String argument, JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isBoolean()) {
      return value.asText();
    }
    if (value.isNumber()) {
      var number = value.decimalValue();
      return number.stripTrailingZeros().scale() <= 0
          ? number.toBigInteger().toString()
          : number.toPlainString();
    }
    throw new UnfitArgumentException(
        argument, "holds a list, an object or null where a plain value must stand");
  }

  /** Every byte in UTF-8, but letters, digits and {@code - . _ ~}, as {@code %XX}. */
  static String encoded(String text) {
    var encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved(b)) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  /**
   * What was percent-encoded in UTF-8. A plus is a plus.
   *
   * @throws IllegalArgumentException if a percent sign is followed by anything but two digits
   */
  static String decoded(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
