package dev.sallyport.sandbox.quarantine;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the person and the developer of one turn wrote, each text once; of what does not fit any
 * more, nothing. Not thread-safe.
 */
final class TrustedTexts {
  /** The most characters of all of them. */
  static final int MAX_CHARS = 256 * 1024;

  /** What a text takes with its words, for each character. */
  private static final int WEIGHT = 3;

  private final Set<String> texts = new LinkedHashSet<>();
  private final Set<String> words = new HashSet<>();
  private final Set<String> keys = new HashSet<>();
  private int chars;

  void add(String text) {
    if (text.isBlank() || text.length() > MAX_CHARS - chars || !texts.add(text)) {
      return;
    }
    chars += text.length();
    text.lines().map(String::strip).filter(Words::isSaying).forEach(words::add);
    for (var word : Words.marked(text)) {
      var bare = Words.bare(word);
      if (!bare.isEmpty()) {
        words.add(word);
        words.add(bare);
        keys.add(Words.key(bare));
      }
    }
  }

  /** Whether one of them holds a text as whole words. */
  boolean hold(String text) {
    return texts.stream().anyMatch(each -> Words.holds(each, text));
  }

  /** Whether one of them holds a number, in whatever way it is written. */
  boolean holdNumber(String number) {
    return keys.contains(Words.key(number));
  }

  /** Their words and their lines. Not to change. */
  Set<String> words() {
    return words;
  }

  /** About how many characters of memory they take. */
  long weight() {
    return (long) WEIGHT * chars;
  }

  void clear() {
    texts.clear();
    words.clear();
    keys.clear();
    chars = 0;
  }

  @Override
  public String toString() {
    return "TrustedTexts[" + texts.size() + "]";
  }
}
