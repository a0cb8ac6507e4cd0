package dev.sallyport.gateway.eval;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The days and times that an agent knows: those of its task; and those that it reckons from the
 * task and from a day, a year or a time that a held text tells. For one thread.
 */
final class Moments {
  private static final Pattern DAY = Pattern.compile("(?<!\\d)\\d{4}-\\d{2}-\\d{2}(?!\\d)");
  private static final Pattern TIME =
      Pattern.compile("(?<![\\d:])\\d{2}:\\d{2}(?::\\d{2})?(?![\\d:])");
  private static final int FIRST_YEAR = 1970;
  private static final int LAST_YEAR = 2100;
  private static final int SECONDS = 60;
  private static final int LAST_MINUTE = 24 * 60 - 1;

  private final TaskMoments said;
  private final Crossed crossed;
  private final Inquiry inquiry;
  private final Map<String, TaskMoments> read = new HashMap<>();

  Moments(TaskMoments said, Crossed crossed, Inquiry inquiry) {
    this.said = said;
    this.crossed = crossed;
    this.inquiry = inquiry;
  }

  /** Those days and times in a text, as they are written, that the agent knows. */
  Set<String> knownIn(String text) throws IOException, InterruptedException {
    var known = new HashSet<String>();
    for (var found : DAY.matcher(text).results().toList()) {
      if (knowsDay(found.group())) {
        known.add(found.group());
      }
    }
    for (var found : TIME.matcher(text).results().toList()) {
      if (knowsTime(found.group())) {
        known.add(found.group());
      }
    }
    return known;
  }

  private boolean knowsDay(String wanted) throws IOException, InterruptedException {
    LocalDate day;
    try {
      day = LocalDate.parse(wanted);
    } catch (DateTimeException _) {
      return false;
    }
    if (said.tell(day) || crossed.shown().stream().anyMatch(text -> follows(read(text), day))) {
      return true;
    }
    for (var text : crossed.texts().entrySet()) {
      for (var held : read(text.getKey()).days()) {
        if (said.tellOfAnyYear(day) && held.getYear() == day.getYear()) {
          return inquiry.whole(text.getValue(), "", day.getYear(), FIRST_YEAR, LAST_YEAR);
        }
        if (held.equals(day) || said.tellFrom(held, day)) {
          return inquiry.day(text.getValue(), held);
        }
      }
    }
    return false;
  }

  private boolean follows(TaskMoments known, LocalDate day) {
    return known.days().stream()
        .anyMatch(one ->
            one.equals(day)
                || said.tellFrom(one, day)
                || (said.tellOfAnyYear(day) && one.getYear() == day.getYear()));
  }

  private boolean knowsTime(String wanted) throws IOException, InterruptedException {
    LocalTime time;
    try {
      time = LocalTime.parse(wanted);
    } catch (DateTimeException _) {
      return false;
    }
    if (said.tell(time)) {
      return true;
    }
    for (var text : crossed.texts().entrySet()) {
      for (var held : read(text.getKey()).times()) {
        if (held.equals(time) || said.tellFrom(held, time)) {
          int minute = held.toSecondOfDay() / SECONDS;
          return inquiry.whole(text.getValue(), "", minute, 0, LAST_MINUTE);
        }
      }
    }
    return false;
  }

  /** What a text says, however it writes it: whoever reads it knows. */
  private TaskMoments read(String text) {
    return read.computeIfAbsent(text, one -> new TaskMoments(TaskWords.normal(one)));
  }
}
