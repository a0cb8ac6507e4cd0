package dev.sallyport.llm.spi;

/** Text that can be shown: bounded, and without control characters. */
final class PlainText {
  private PlainText() {}

  /** The first characters, those that cannot be shown as spaces. */
  static String of(String text, int most) {
    var clean = new StringBuilder(Math.min(text.length(), most));
    text.codePoints().limit(most).map(c -> isPlain(c) ? c : ' ').forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
