package dev.sallyport.gateway.eval;

import java.util.Set;

/** Forms of one word: what anybody who knows a word can write as well. English, in lower case. */
final class WordForms {
  private static final int SHORTEST_STEM = 4;

  /** A word that is itself the stem of the other may be shorter. */
  private static final int SHORTEST_WORD = 3;

  private static final Set<String> ENDINGS =
      Set.of(
          "", "s", "es", "d", "ed", "ing", "e", "er", "ers", "or", "y", "ies", "ied", "ize", "izes",
          "ized", "izing", "ise", "ises", "ised", "ising", "ation", "ations", "ion", "ions", "ment",
          "ments", "al", "ly");

  private WordForms() {}

  /** Whether two words are forms of one: the same stem, and an ending of a closed list each. */
  static boolean same(String one, String other) {
    int stem = 0;
    int shorter = Math.min(one.length(), other.length());
    while (stem < shorter && one.charAt(stem) == other.charAt(stem)) {
      stem++;
    }
    for (int at = stem; at >= SHORTEST_WORD; at--) {
      var first = one.substring(0, at);
      boolean isWord = at == shorter;
      if ((isWord || at >= SHORTEST_STEM)
          && first.chars().allMatch(Character::isLetter)
          && ENDINGS.contains(one.substring(at))
          && ENDINGS.contains(other.substring(at))) {
        return true;
      }
    }
    return false;
  }
}
