package dev.sallyport.gateway.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds the word that was probably meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * A hint at the known word that is nearest to an unknown one, such as {@code ; did you mean
   * McpServer?}.
   *
   * @return an empty text if none is near
   */
  public static String hint(String unknown, Collection<String> known) {
    return hint(unknown, known.stream().distinct().collect(Collectors.toMap(it -> it, it -> it)));
  }

  /**
   * The same, where another word is to be written than the one that is near.
   *
   * @param known what to write, by each word that may have been meant
   */
  public static String hint(String unknown, Map<String, String> known) {
    int most = Math.max(2, unknown.length() / 3);
    return known.keySet().stream()
        .min(
            Comparator.comparingInt((String word) -> distance(unknown, word))
                .thenComparing(word -> word))
        .filter(word -> distance(unknown, word) <= most)
        .map(word -> "; did you mean " + known.get(word) + "?")
        .orElse("");
  }

  /**
   * How many letters must be added, dropped or changed, or swapped with the next, whatever their
   * case.
   */
  private static int distance(String one, String other) {
    var a = one.toLowerCase(Locale.ROOT);
    var b = other.toLowerCase(Locale.ROOT);
    var before = new int[b.length() + 1];
    var last = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      var row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, Math.min(last[j], row[j - 1]) + 1);
        if (isSwapped(a, i, b, j)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      before = last;
      last = row;
    }
    return last[b.length()];
  }

  /** Whether the two letters before these places are the same, in the opposite order. */
  private static boolean isSwapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
