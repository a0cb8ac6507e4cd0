package dev.sallyport.gateway.demo.peer;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words of a text, cut down to what they have in common with their other forms. */
final class Words {
  private static final Pattern NOT_A_LETTER = Pattern.compile("[^a-z0-9]+");
  private static final int STEM_CHARS = 5;
  private static final Set<String> EMPTY =
      Set.of(
          "a", "all", "an", "and", "by", "do", "each", "for", "from", "i", "in", "is", "it", "its",
          "me", "my", "of", "on", "one", "or", "please", "that", "the", "this", "to", "which",
          "with", "you", "your");

  private Words() {}

  static Set<String> of(String text) {
    var plain = text.toLowerCase(Locale.ROOT).replace("e-mail", "email");
    return NOT_A_LETTER
        .splitAsStream(plain)
        .filter(word -> !word.isEmpty() && !EMPTY.contains(word))
        .map(Words::stem)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String stem(String word) {
    var singular =
        word.endsWith("s") && !word.endsWith("ss") && word.length() > 3
            ? word.substring(0, word.length() - 1)
            : word;
    return singular.substring(0, Math.min(singular.length(), STEM_CHARS));
  }
}
