package dev.sallyport.vault.redact;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Every way to write one character of printable ASCII that a secret may come back in. */
final class Spellings {
  private static final HexFormat HEX = HexFormat.of();

  private Spellings() {}

  /**
   * The spellings of a character: as it is, in the other case, escaped for JSON once and twice, for
   * a URL once and twice, for a form and for HTML. Hexadecimal digits are in lower case and stand
   * for both.
   */
  static List<String> of(char c) {
    var all = new ArrayList<>(plain(c));
    var hex = HEX.toHexDigits((byte) c);
    all.add("\\u00" + hex);
    all.add("\\\\u00" + hex);
    all.add("\\x" + hex);
    all.add("%" + hex);
    all.add("%25" + hex);
    all.add("&#x" + hex + ";");
    all.add("&#x00" + hex + ";");
    all.add("&#" + (int) c + ";");
    all.add("&#0" + (int) c + ";");
    all.addAll(special(c));
    return all;
  }

  /** As it is and in the other case, each also after or before a zero byte, as in UTF-16. */
  static List<String> plain(char c) {
    var text = String.valueOf(c);
    var upper = text.toUpperCase(Locale.ROOT);
    var lower = text.toLowerCase(Locale.ROOT);
    return upper.equals(lower)
        ? List.of(text, "\0" + text)
        : List.of(upper, lower, "\0" + upper, "\0" + lower);
  }

  /** Those of {@link #plain}, and those that JSON and HTML cannot do without. */
  static List<String> carried(char c) {
    var all = new ArrayList<>(plain(c));
    all.addAll(special(c));
    return all;
  }

  /** A character as it is, and as JSON and HTML must write it. */
  static List<String> exactlyCarried(char c) {
    var all = new ArrayList<>(List.of(String.valueOf(c)));
    all.addAll(special(c));
    return all;
  }

  private static List<String> special(char c) {
    return switch (c) {
      case ' ' -> List.of("+", "&nbsp;");
      case '"' -> List.of("\\\"", "\\\\\\\"", "&quot;");
      case '\\' -> List.of("\\\\", "\\\\\\\\");
      case '/' -> List.of("\\/", "\\\\/");
      case '\'' -> List.of("\\'", "&apos;");
      case '&' -> List.of("&amp;");
      case '<' -> List.of("&lt;");
      case '>' -> List.of("&gt;");
      default -> List.of();
    };
  }

  /** A digit of base64, in both alphabets, and as JSON and URLs escape it. */
  static List<String> base64(char c) {
    return switch (c) {
      case '+' -> List.of("+", "-", "%2b", "\\u002b");
      case '/' -> List.of("/", "_", "\\/", "%2f", "\\u002f");
      default -> List.of(String.valueOf(c));
    };
  }
}
