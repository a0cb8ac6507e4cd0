package dev.sallyport.identity.text;

/**
 * Characters that nobody sees, and that move, hide or end what is seen: controls, line ends among
 * them, formats such as those that turn the direction of writing, halves of characters, and those
 * without a meaning. Spaces are not among them.
 */
public final class Unseen {
  private Unseen() {}

  /** Whether a character is one. */
  public static boolean is(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** A text with each of them escaped. */
  public static String escaped(String text) {
    var escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (is(c)) {
            escaped.append(escaped(c));
          } else {
            escaped.appendCodePoint(c);
          }
        });
    return escaped.toString();
  }

  private static String escaped(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> c < 0x10000 ? "\\u%04x".formatted(c) : "\\u{%x}".formatted(c);
    };
  }
}
