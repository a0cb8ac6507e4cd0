package dev.sallyport.vault.egress;

import java.util.Locale;
import java.util.Set;

/** The syntax of header fields. Source: RFC 9110, section 5; RFC 9112, section 5. */
final class Fields {
  /** What the client decides by itself, so that no caller can change where a message ends. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "http2-settings",
          "accept-encoding");

  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (char c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - 'a' + 'A'] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private Fields() {}

  static boolean isToken(int c) {
    return c >= 0 && c < 128 && TOKEN[c];
  }

  /** Whether a value may hold the byte: no control characters but the tab. */
  static boolean isValue(int c) {
    return c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff);
  }

  static boolean isOurs(String name) {
    return OURS.contains(name.toLowerCase(Locale.ROOT));
  }

  static void checkName(String name) {
    boolean right = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      right &= isToken(name.charAt(i));
    }
    if (!right) {
      throw new IllegalArgumentException("not the name of a header");
    }
  }

  static void checkValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!isValue(value.charAt(i))) {
        throw new IllegalArgumentException(
            "a header's value holds no line ends, no control characters, and only Latin-1");
      }
    }
  }

  /** Whether bytes are the ASCII text, in any case. */
  static boolean sameIgnoringCase(byte[] bytes, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (lower(bytes[from + i]) != lower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }
}
