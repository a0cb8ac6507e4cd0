package dev.sallyport.sandbox.quarantine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The words of a text: what stands between spaces, commas, brackets and quotes, without the marks
 * around it. Addresses and URLs are one word each, and so are numbers.
 */
final class Words {
  private static final String SEPARATORS = ",;()<>[]{}\"|`\u201c\u201d\u00ab\u00bb";
  private static final String CONNECTORS = "@._%+-/\\:#&=?~'\u2019*^$";
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(?:\\d{1,3}(?:,\\d{3}){1,12}|\\d{1,40})(?:\\.\\d{1,40})?(?:[eE][-+]?\\d{1,3})?");
  private static final Pattern BETWEEN = Pattern.compile("[,/\\\\:#&=?~*^$]+");
  private static final int LONGEST_NUMBER = 96;

  /** Of a number without separators. */
  private static final int MOST_DIGITS = 40;

  private Words() {}

  /** All of them, in order, with the marks around them. */
  static List<String> marked(String text) {
    var words = new ArrayList<String>();
    var from = 0;
    for (var i = 0; i <= text.length(); i++) {
      if (i == text.length() || separates(text, i)) {
        if (i > from) {
          words.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    return words;
  }

  /** All of them, in order. */
  static List<String> of(String text) {
    var words = new ArrayList<String>();
    for (var word : marked(text)) {
      var bare = bare(word);
      if (!bare.isEmpty()) {
        words.add(bare);
      }
    }
    return words;
  }

  /** All of them, and what stands between marks such as colons, slashes and commas in them. */
  static List<String> parts(String text) {
    return of(text).stream()
        .flatMap(word -> Stream.concat(Stream.of(word), BETWEEN.splitAsStream(word)))
        .map(Words::bare)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** The one form of all ways to write a word or a number. */
  static String key(String word) {
    if (isPlain(word)) {
      return word;
    }
    if (word.length() <= LONGEST_NUMBER && mayBeNumber(word) && NUMBER.matcher(word).matches()) {
      var value = new BigDecimal(word.replace(",", ""));
      return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
    return word.toLowerCase(Locale.ROOT);
  }

  /** Whether it is a number in its one form: digits alone, of which the first is no zero. */
  private static boolean isPlain(String word) {
    for (var i = 0; i < word.length(); i++) {
      if (!isAsciiDigit(word.charAt(i))) {
        return false;
      }
    }
    return !word.isEmpty() && word.charAt(0) != '0' && word.length() <= MOST_DIGITS;
  }

  private static boolean mayBeNumber(String word) {
    return !word.isEmpty()
        && (isAsciiDigit(word.charAt(0)) || word.charAt(0) == '-' || word.charAt(0) == '+');
  }

  private static boolean isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether there is any letter or digit in a text. */
  static boolean isSaying(String text) {
    return text.chars().anyMatch(Words::isOfWord);
  }

  /**
   * Whether a text holds another as whole words: not as a part of a longer word, number, address or
   * URL.
   */
  static boolean holds(String text, String other) {
    if (other.isEmpty()) {
      return false;
    }
    for (var at = text.indexOf(other); at >= 0; at = text.indexOf(other, at + 1)) {
      if (beginsAt(text, at) && endsAt(text, at + other.length())) {
        return true;
      }
    }
    return false;
  }

  private static boolean beginsAt(String text, int at) {
    return !isGoingOn(text, at - 1, -1) || !isOfWordOrConnector(text.charAt(at));
  }

  private static boolean endsAt(String text, int end) {
    return !isGoingOn(text, end, 1) || !isOfWordOrConnector(text.charAt(end - 1));
  }

  /** Whether the character there, and maybe the one beyond, make the word longer. */
  private static boolean isGoingOn(String text, int at, int beyond) {
    if (at < 0 || at >= text.length()) {
      return false;
    }
    if (isOfWord(text.charAt(at)) || isWithinNumber(text, at)) {
      return true;
    }
    var next = at + beyond;
    return CONNECTORS.indexOf(text.charAt(at)) >= 0
        && next >= 0
        && next < text.length()
        && isOfWordOrConnector(text.charAt(next));
  }

  private static boolean isOfWordOrConnector(char c) {
    return isOfWord(c) || CONNECTORS.indexOf(c) >= 0;
  }

  private static boolean isOfWord(int c) {
    return Character.isLetterOrDigit(c)
        || Character.isSurrogate((char) c)
        || switch (Character.getType(c)) {
          case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.FORMAT ->
              true;
          default -> false;
        };
  }

  private static boolean separates(String text, int i) {
    var c = text.charAt(i);
    return !isWithinNumber(text, i) && (Character.isWhitespace(c) || SEPARATORS.indexOf(c) >= 0);
  }

  /** Whether a comma stands there between digits. */
  private static boolean isWithinNumber(String text, int i) {
    return text.charAt(i) == ',' && isDigit(text, i - 1) && isDigit(text, i + 1);
  }

  private static boolean isDigit(String text, int i) {
    return i >= 0 && i < text.length() && Character.isDigit(text.charAt(i));
  }

  /** Without the marks around it; a minus before a digit stays. */
  static String bare(String word) {
    var from = 0;
    var end = word.length();
    while (from < end && !isOfWord(word.charAt(from))) {
      from++;
    }
    while (end > from && !isOfWord(word.charAt(end - 1))) {
      end--;
    }
    var negative = from > 0 && word.charAt(from - 1) == '-' && isDigit(word, from);
    return word.substring(negative ? from - 1 : from, end);
  }
}
