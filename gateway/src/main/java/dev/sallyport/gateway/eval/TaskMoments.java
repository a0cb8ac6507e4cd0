package dev.sallyport.gateway.eval;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The days and the times that the words of a user say, whole or in part, and how long something
 * takes or how far off it is. Words are in lower case, with single spaces.
 */
final class TaskMoments {
  private static final String MONTH = "(\\p{L}{3,9})";
  private static final String ORDINAL = "(\\d{1,2})(?:st|nd|rd|th)?";
  private static final Pattern ISO =
      Pattern.compile("(?<!\\d)(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})(?!\\d)");
  private static final Pattern DAY_FIRST =
      Pattern.compile("\\b" + ORDINAL + "\\.? (?:of )?" + MONTH + "\\b(?:,? (\\d{4})\\b)?");
  private static final Pattern MONTH_FIRST =
      Pattern.compile("\\b" + MONTH + " (?:the )?" + ORDINAL + "\\b(?:,? (\\d{4})\\b)?");
  private static final Pattern WHOLE_MONTH = Pattern.compile("\\b" + MONTH + " (\\d{4})\\b");
  private static final Pattern YEAR = Pattern.compile("\\b(?:19|20)\\d{2}\\b");
  private static final Pattern TIME =
      Pattern.compile("(?<![\\d:+])(\\d{1,2}):(\\d{2})(?!\\d)(?! ?[ap]\\.?m\\b)");
  private static final Pattern HOUR =
      Pattern.compile("\\b(\\d{1,2})(?::(\\d{2}))? ?([ap])\\.?m\\b");
  private static final Pattern LENGTH =
      Pattern.compile(
          "\\b(\\d{1,3}|half an|an?|\\p{L}{3,6})[ -](minute|hour|day|night|week|month)s?\\b");
  private static final int WEEK = 7;
  private static final LocalTime DAY_ENDS = LocalTime.of(23, 59);

  /** Words for so many days from the day of which one speaks. */
  private static final Map<String, Integer> DISTANCES =
      Map.ofEntries(
          Map.entry("today", 0),
          Map.entry("tonight", 0),
          Map.entry("tomorrow", 1),
          Map.entry("yesterday", -1),
          Map.entry("day after tomorrow", 2),
          Map.entry("next day", 1),
          Map.entry("following day", 1),
          Map.entry("day after", 1),
          Map.entry("day before", -1),
          Map.entry("next week", WEEK),
          Map.entry("last week", -WEEK));

  private final String text;
  private final Set<LocalDate> days = new HashSet<>();
  private final Set<MonthDay> daysOfAnyYear = new HashSet<>();
  private final Set<Integer> years = new HashSet<>();
  private final Set<DayOfWeek> weekdays = new HashSet<>();
  private final Set<Period> distances = new HashSet<>();
  private final Set<LocalTime> times = new HashSet<>();
  private final Set<Duration> lengths = new HashSet<>();

  TaskMoments(String text) {
    this.text = text;
    each(ISO, at -> addDay(at.group(1), number(at.group(2)), at.group(3)));
    each(DAY_FIRST, at -> addDay(at.group(3), month(at.group(2)), at.group(1)));
    each(MONTH_FIRST, at -> addDay(at.group(3), month(at.group(1)), at.group(2)));
    each(WHOLE_MONTH, at -> addMonth(at.group(2), month(at.group(1))));
    each(YEAR, at -> years.add(number(at.group())));
    each(TIME, at -> addTime(number(at.group(1)), at.group(2)));
    each(HOUR, at -> addHour(number(at.group(1)), at.group(2), at.group(3)));
    each(LENGTH, at -> addLength(at.group(1), at.group(2)));
    readWords();
  }

  /** The days that they say whole. */
  Set<LocalDate> days() {
    return days;
  }

  /** The times that they say. */
  Set<LocalTime> times() {
    return times;
  }

  /** Whether they say that day, if with its year elsewhere, or how far it is from one they say. */
  boolean tell(LocalDate day) {
    return days.contains(day)
        || (tellOfAnyYear(day) && years.contains(day.getYear()))
        || days.stream().anyMatch(said -> isFrom(said, day));
  }

  /** Whether they say that day without its year. */
  boolean tellOfAnyYear(LocalDate day) {
    return daysOfAnyYear.contains(MonthDay.from(day));
  }

  /** Whether they say how far a day is from one that is known otherwise, or its day of the week. */
  boolean tellFrom(LocalDate known, LocalDate day) {
    long off = ChronoUnit.DAYS.between(known, day);
    return isFrom(known, day) || (weekdays.contains(day.getDayOfWeek()) && Math.abs(off) <= WEEK);
  }

  private boolean isFrom(LocalDate known, LocalDate day) {
    return distances.stream()
        .anyMatch(far -> known.plus(far).equals(day) || known.minus(far).equals(day));
  }

  /**
   * Whether they say that time, or how long before or after one that they say it is. Where they say
   * no time, whole days are meant, which begin at 00:00 and end at 23:59.
   */
  boolean tell(LocalTime time) {
    boolean isEdge = time.equals(LocalTime.MIDNIGHT) || time.equals(DAY_ENDS);
    return (times.isEmpty() && isEdge)
        || times.contains(time)
        || times.stream().anyMatch(said -> tellFrom(said, time));
  }

  /** Whether they say how long a time is before or after one that is known otherwise. */
  boolean tellFrom(LocalTime known, LocalTime time) {
    return lengths.stream()
        .anyMatch(length -> known.plus(length).equals(time) || known.minus(length).equals(time));
  }

  private void each(Pattern pattern, Consumer<MatchResult> reading) {
    pattern.matcher(text).results().forEach(reading);
  }

  private void readWords() {
    DISTANCES.forEach((word, far) -> {
      if (has(word)) {
        distances.add(Period.ofDays(far));
      }
    });
    for (var weekday : DayOfWeek.values()) {
      if (has(weekday.name().toLowerCase(Locale.ROOT))) {
        weekdays.add(weekday);
      }
    }
    if (has("noon")) {
      times.add(LocalTime.NOON);
    }
    if (has("midnight")) {
      times.add(LocalTime.MIDNIGHT);
    }
    if (has("(?:all|whole|entire|full)[ -]day")) {
      times.addAll(List.of(LocalTime.MIDNIGHT, DAY_ENDS));
    }
  }

  private boolean has(String words) {
    return Pattern.compile("\\b" + words + "\\b").matcher(text).find();
  }

  private void addDay(@Nullable String year, int month, String day) {
    try {
      if (year == null) {
        daysOfAnyYear.add(MonthDay.of(month, number(day)));
      } else {
        days.add(LocalDate.of(number(year), month, number(day)));
      }
    } catch (DateTimeException _) {
      // It only looked so.
    }
  }

  /** A month as a whole is its first day and its last. */
  private void addMonth(String year, int month) {
    if (month > 0) {
      var first = LocalDate.of(number(year), month, 1);
      days.add(first);
      days.add(first.plusMonths(1).minusDays(1));
    }
  }

  private void addHour(int hour, @Nullable String minute, String half) {
    if (hour >= 1 && hour <= 12) {
      addTime(hour % 12 + (half.equals("p") ? 12 : 0), minute == null ? "0" : minute);
    }
  }

  private void addTime(int hour, String minute) {
    try {
      times.add(LocalTime.of(hour, number(minute)));
    } catch (DateTimeException _) {
      // It only looked so.
    }
  }

  private void addLength(String count, String unit) {
    if (count.equals("half an")) {
      lengths.add(Duration.ofMinutes(30));
      return;
    }
    int many =
        count.matches("\\d+")
            ? number(count)
            : count.matches("an?") ? 1 : TaskWords.NUMERALS.indexOf(count);
    if (many > 0) {
      switch (unit) {
        case "minute" -> lengths.add(Duration.ofMinutes(many));
        case "hour" -> lengths.add(Duration.ofHours(many));
        case "week" -> distances.add(Period.ofWeeks(many));
        case "month" -> distances.add(Period.ofMonths(many));
        default -> distances.add(Period.ofDays(many));
      }
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
}
