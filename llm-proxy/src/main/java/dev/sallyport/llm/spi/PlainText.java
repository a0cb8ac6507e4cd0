package dev.sallyport.llm.spi;

import dev.sallyport.identity.text.Unseen;

/** Text that can be shown: bounded, and without control characters. */
final class PlainText {
  private PlainText() {}

  /** The first characters, those that cannot be shown as spaces. */
  static String of(String text, int most) {
    var clean = new StringBuilder(Math.min(text.length(), most));
    text.codePoints().limit(most).map(c -> Unseen.is(c) ? ' ' : c).forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
