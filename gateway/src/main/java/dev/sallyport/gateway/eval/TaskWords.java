package dev.sallyport.gateway.eval;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words of a user, with the numbers, the dates and the times that they say. */
final class TaskWords {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d+(?:\\.\\d+)?(?!\\w)");

  /** Zero and what comes after it, as words. */
  static final List<String> NUMERALS =
      List.of(
          "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve");

  /** What any sentence needs, whatever it says. */
  private static final Set<String> EVERYBODYS =
      Set.of(
          "a", "an", "the", "and", "or", "but", "of", "to", "in", "on", "at", "for", "with", "by",
          "from", "as", "is", "are", "was", "were", "be", "i", "you", "he", "she", "it", "we",
          "they", "me", "him", "her", "us", "them", "my", "your", "his", "its", "our", "their",
          "this", "that", "not");

  private final String text;
  private final Set<String> words;
  private final Set<BigDecimal> numbers = new HashSet<>();
  private final TaskMoments moments;

  TaskWords(String prompt) {
    text = normal(prompt);
    words = WORD.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
    NUMBER.matcher(text).results().forEach(found -> numbers.add(new BigDecimal(found.group())));
    for (int i = 0; i < NUMERALS.size(); i++) {
      if (words.contains(NUMERALS.get(i))) {
        numbers.add(BigDecimal.valueOf(i));
      }
    }
    moments = new TaskMoments(text);
  }

  /** Whether a text stands in it, whatever the case and the spaces. */
  boolean hold(String wanted) {
    return text.contains(normal(wanted));
  }

  /** Whether a word is one of its words in any form, or one that any sentence needs. */
  boolean have(String word) {
    return EVERYBODYS.contains(normal(word)) || say(word);
  }

  /** Whether a word is one of its words in any form. */
  boolean say(String word) {
    var wanted = normal(word);
    return words.contains(wanted) || words.stream().anyMatch(one -> WordForms.same(one, wanted));
  }

  /** The days and the times that they say. */
  TaskMoments moments() {
    return moments;
  }

  Set<BigDecimal> numbers() {
    return numbers;
  }

  boolean tellNumber(BigDecimal number) {
    return numbers.stream().anyMatch(one -> one.compareTo(number) == 0);
  }

  /** Whether a text of ISO 8601 is a day that they say, or such a day and a time that they say. */
  boolean tellMoment(String wanted) {
    try {
      if (wanted.length() == 10) {
        return moments.tell(LocalDate.parse(wanted));
      }
      if (wanted.length() < 16 || "T ".indexOf(wanted.charAt(10)) < 0) {
        return false;
      }
      var time = LocalTime.parse(wanted.substring(11).replaceFirst("Z$|[+-]\\d{2}:\\d{2}$", ""));
      return moments.tell(LocalDate.parse(wanted.substring(0, 10))) && moments.tell(time);
    } catch (DateTimeParseException _) {
      return false;
    }
  }

  /** A text in lower case, with single spaces. */
  static String normal(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
  }
}
