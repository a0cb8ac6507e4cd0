package dev.sallyport.gateway.eval;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
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
  private static final Pattern ISO = Pattern.compile("\\b(\\d{4})-(\\d{2})-(\\d{2})\\b");
  private static final Pattern SLASHES = Pattern.compile("\\b(\\d{4})/(\\d{1,2})/(\\d{1,2})\\b");
  private static final String MONTH = "(\\p{L}{3,9})";
  private static final Pattern DAY_FIRST =
      Pattern.compile("\\b(\\d{1,2})(?:st|nd|rd|th)?\\.? (?:of )?" + MONTH + ",? (\\d{4})\\b");
  private static final Pattern MONTH_FIRST =
      Pattern.compile("\\b" + MONTH + " (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b");
  private static final Pattern WHOLE_MONTH = Pattern.compile("\\b" + MONTH + " (\\d{4})\\b");
  private static final Pattern TIME = Pattern.compile("\\b(\\d{1,2}):(\\d{2})\\b");
  private static final Pattern HOUR = Pattern.compile("\\b(\\d{1,2}) ?([ap])\\.?m\\b");
  private static final List<String> NUMERALS =
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
  private final Set<LocalDate> dates = new HashSet<>();
  private final Set<LocalTime> times = new HashSet<>();

  TaskWords(String prompt) {
    text = normal(prompt);
    words = WORD.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
    NUMBER.matcher(text).results().forEach(found -> numbers.add(new BigDecimal(found.group())));
    for (int i = 0; i < NUMERALS.size(); i++) {
      if (words.contains(NUMERALS.get(i))) {
        numbers.add(BigDecimal.valueOf(i));
      }
    }
    readDates();
    TIME.matcher(text).results().forEach(at -> addTime(at.group(1), at.group(2), 0));
    HOUR.matcher(text)
        .results()
        .forEach(at -> addTime(at.group(1), "0", at.group(2).equals("p") ? 12 : 0));
  }

  /** Whether a text stands in it, whatever the case and the spaces. */
  boolean hold(String wanted) {
    return text.contains(normal(wanted));
  }

  /** Whether a word is one of its words, or one that any sentence needs. */
  boolean have(String word) {
    return words.contains(normal(word)) || EVERYBODYS.contains(normal(word));
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
        return dates.contains(LocalDate.parse(wanted));
      }
      if (wanted.length() < 16 || "T ".indexOf(wanted.charAt(10)) < 0) {
        return false;
      }
      var time = LocalTime.parse(wanted.substring(11).replaceFirst("Z$|[+-]\\d{2}:\\d{2}$", ""));
      return dates.contains(LocalDate.parse(wanted.substring(0, 10))) && times.contains(time);
    } catch (DateTimeParseException _) {
      return false;
    }
  }

  private void readDates() {
    for (var form : List.of(ISO, SLASHES)) {
      form.matcher(text)
          .results()
          .forEach(at -> addDate(at.group(1), number(at.group(2)), at.group(3)));
    }
    DAY_FIRST
        .matcher(text)
        .results()
        .forEach(at -> addDate(at.group(3), month(at.group(2)), at.group(1)));
    MONTH_FIRST
        .matcher(text)
        .results()
        .forEach(at -> addDate(at.group(3), month(at.group(1)), at.group(2)));
    WHOLE_MONTH.matcher(text).results().forEach(at -> addMonth(at.group(2), month(at.group(1))));
  }

  private void addDate(String year, int month, String day) {
    try {
      dates.add(LocalDate.of(number(year), month, number(day)));
    } catch (DateTimeException _) {
      // It only looked so.
    }
  }

  /** A month as a whole is its first day and its last. */
  private void addMonth(String year, int month) {
    addDate(year, month, "1");
    if (month > 0) {
      var last = LocalDate.of(number(year), month, 1).plusMonths(1).minusDays(1);
      dates.add(last);
    }
  }

  private void addTime(String hour, String minute, int later) {
    try {
      int read = number(hour);
      times.add(LocalTime.of(later == 0 ? read : read % 12 + later, number(minute)));
    } catch (DateTimeException _) {
      // It only looked so.
    }
  }

  /** 1 to 12; 0 for no month. */
  private static int month(String name) {
    for (var month : Month.values()) {
      if (month.name().toLowerCase(Locale.ROOT).startsWith(name)) {
        return month.getValue();
      }
    }
    return 0;
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }

  private static String normal(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
  }
}
