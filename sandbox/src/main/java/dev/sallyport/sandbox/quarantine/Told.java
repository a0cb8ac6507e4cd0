package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.label.Label;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A value that an agent was told as it is.
 *
 * @param keys by which it is found again: that of all of it, and those of its words, in order
 * @param byWords whether a text with one of its words in it may be of its making, not only one that
 *     is equal
 */
record Told(Set<String> keys, Label label, boolean byWords) {
  /** A text that is longer than this is known by its words only. */
  private static final int LONGEST_WHOLE = 1_024;

  /** A text. */
  static Told of(String text, Label label, boolean byWords) {
    var keys = new LinkedHashSet<String>();
    if (text.length() <= LONGEST_WHOLE) {
      keys.add(Words.key(text.strip()));
    }
    if (byWords) {
      Words.of(text).forEach(word -> keys.add(Words.key(word)));
    }
    return new Told(keys, label, byWords);
  }

  @Override
  public String toString() {
    return "Told[]";
  }
}
