package dev.sallyport.gateway.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

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
    int most = Math.max(2, unknown.length() / 3);
    return known.stream()
        .min(
            Comparator.comparingInt((String word) -> distance(unknown, word))
                .thenComparing(word -> word))
        .filter(word -> distance(unknown, word) <= most)
        .map(word -> "; did you mean " + word + "?")
        .orElse("");
  }

  /** How many letters must be added, dropped or changed, whatever their case. */
  private static int distance(String one, String other) {
    var a = one.toLowerCase(Locale.ROOT);
    var b = other.toLowerCase(Locale.ROOT);
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
