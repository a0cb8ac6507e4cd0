package dev.sallyport.mcp.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of a text, as they are compared: parts of letters and digits in lower case, those of
 * {@code camelCase} names one by one, without the {@code s} of a plural.
 */
final class Words {
  private static final int MAX_CHARS = 32;

  private Words() {}

  /** The first words of a text, in their order. */
  static List<String> of(String text, int atMost) {
    var words = new ArrayList<String>();
    int from = 0;
    int before = ' ';
    int at = 0;
    while (at < text.length() && words.size() < atMost) {
      int one = text.codePointAt(at);
      boolean camel = Character.isLowerCase(before) && Character.isUpperCase(one);
      if (camel || !Character.isLetterOrDigit(one)) {
        add(text.substring(from, at), words);
        from = camel ? at : at + Character.charCount(one);
      }
      before = one;
      at += Character.charCount(one);
    }
    if (words.size() < atMost && from < text.length()) {
      add(text.substring(from), words);
    }
    return words;
  }

  private static void add(String part, List<String> words) {
    if (!part.isEmpty()) {
      var word = part.toLowerCase(Locale.ROOT);
      boolean plural = word.length() > 3 && word.endsWith("s") && !word.endsWith("ss");
      var plain = plural ? word.substring(0, word.length() - 1) : word;
      words.add(plain.substring(0, Math.min(plain.length(), MAX_CHARS)));
    }
  }
}
