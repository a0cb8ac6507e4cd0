package dev.sallyport.mcp.registry;

import dev.sallyport.identity.digest.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * The names of items where those of all servers are shown together: {@code {server}__{name}}. One
 * that would be too long is cut, and ends in a digest of both names, so that it stays the same and
 * no other is likely to have it.
 */
final class ExposedName {
  /** Between the names of server and item. */
  static final String SEPARATOR = "__";

  /** The longest of them. */
  static final int MAX = 64;

  private static final int DIGITS = 12;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private ExposedName() {}

  static String of(String server, String name) {
    var whole = server + SEPARATOR + name;
    return whole.length() <= MAX
        ? whole
        : whole.substring(0, MAX - DIGITS - 1) + "_" + digest(server, name);
  }

  /** Whether the name of an item is cut. */
  static boolean isCut(String server, String name) {
    return server.length() + SEPARATOR.length() + name.length() > MAX;
  }

  private static String digest(String server, String name) {
    var bytes = Sha256.of((server + "\0" + name).getBytes(StandardCharsets.UTF_8));
    var digits = new StringBuilder(DIGITS);
    for (int i = 0; i < DIGITS; i++) {
      int bit = i * 5;
      int two = (bytes[bit / 8] & 0xff) << 8 | (bytes[bit / 8 + 1] & 0xff);
      digits.append(ALPHABET.charAt(two >> (11 - bit % 8) & 31));
    }
    return digits.toString();
  }
}
