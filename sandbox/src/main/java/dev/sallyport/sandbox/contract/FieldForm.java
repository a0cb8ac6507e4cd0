package dev.sallyport.sandbox.contract;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;

/** What a field of a result is: of an open kind, or of a closed type within bounds. */
public sealed interface FieldForm {
  /** Anything: it is always a reference of that kind. */
  record Open(FieldKind kind) implements FieldForm {}

  /** Yes or no. */
  record Flag() implements FieldForm {}

  /** One of some words. */
  record OneOf(List<String> values) implements FieldForm {
    /** The most words. */
    public static final int MAX_VALUES = 64;

    /** The most characters of a word. */
    public static final int MAX_VALUE_CHARS = 64;

    public OneOf {
      values = List.copyOf(values);
      if (values.isEmpty() || values.size() > MAX_VALUES) {
        throw new IllegalArgumentException(
            "an enum has 1 to %d values: %d".formatted(MAX_VALUES, values.size()));
      }
      for (var value : values) {
        if (value.isEmpty() || value.length() > MAX_VALUE_CHARS) {
          throw new IllegalArgumentException(
              "a value of an enum has 1 to %d characters: \"%s\""
                  .formatted(MAX_VALUE_CHARS, value));
        }
      }
      if (values.stream().distinct().count() != values.size()) {
        throw new IllegalArgumentException("an enum says each value once: " + values);
      }
    }
  }

  /** A whole number, both ends included. */
  record Whole(long min, long max) implements FieldForm {
    /** The largest magnitude. */
    public static final long LARGEST = 1_000_000_000_000L;

    public Whole {
      if (min > max || min < -LARGEST || max > LARGEST) {
        throw new IllegalArgumentException(
            "an integer has min up to max, both within 10^12: %d, %d".formatted(min, max));
      }
    }
  }

  /**
   * A number, both ends included.
   *
   * @param scale the most decimals
   */
  record Decimal(BigDecimal min, BigDecimal max, int scale) implements FieldForm {
    /** The most decimals. */
    public static final int MAX_SCALE = 6;

    public Decimal {
      var largest = BigDecimal.valueOf(Whole.LARGEST);
      if (min.compareTo(max) > 0
          || min.abs().compareTo(largest) > 0
          || max.abs().compareTo(largest) > 0) {
        throw new IllegalArgumentException(
            "a decimal has min up to max, both within 10^12: %s, %s".formatted(min, max));
      }
      if (scale < 0 || scale > MAX_SCALE) {
        throw new IllegalArgumentException("scale must be 0 to %d: %d".formatted(MAX_SCALE, scale));
      }
    }
  }

  /**
   * A date or a time, in a window around now. It is shown in UTC, cut to the resolution: {@code
   * 2026-11-21T10:05Z}, or {@code 2026-11-21} where that is whole days.
   *
   * @param from where the window begins, as seen from now; most often before it
   * @param to where it ends
   * @param resolution in whole seconds, at most 366 days
   */
  record Moment(Period from, Period to, Duration resolution) implements FieldForm {
    /** Ten years back and one ahead. */
    public static final Period DEFAULT_FROM = Period.ofYears(-10);

    /** One year ahead. */
    public static final Period DEFAULT_TO = Period.ofYears(1);

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int MOST_YEARS = 200;

    public Moment {
      if (!isWindow(from, to)) {
        throw new IllegalArgumentException(
            "a window goes from an earlier to a later time within 200 years: %s, %s"
                .formatted(from, to));
      }
      if (resolution.compareTo(Duration.ofSeconds(1)) < 0
          || resolution.compareTo(LONGEST) > 0
          || resolution.toNanosPart() != 0) {
        throw new IllegalArgumentException(
            "a resolution is whole seconds, at most 366 days: " + resolution);
      }
    }

    private static boolean isWindow(Period from, Period to) {
      try {
        var first = LocalDate.EPOCH.plus(from);
        var last = LocalDate.EPOCH.plus(to);
        return first.isBefore(last)
            && !first.isBefore(LocalDate.EPOCH.minusYears(MOST_YEARS))
            && !last.isAfter(LocalDate.EPOCH.plusYears(MOST_YEARS));
      } catch (DateTimeException | ArithmeticException _) {
        return false;
      }
    }
  }

  /** A list of at most so many items; what comes after them is one reference. */
  record Items(int max) implements FieldForm {
    /** The most items. */
    public static final int MOST = 1_000;

    public Items {
      if (max < 0 || max > MOST) {
        throw new IllegalArgumentException("max_items must be 0 to %d: %d".formatted(MOST, max));
      }
    }
  }
}
