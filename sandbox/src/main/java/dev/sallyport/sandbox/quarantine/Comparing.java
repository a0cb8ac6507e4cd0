package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;

/**
 * The order of values: numbers by size, dates and times by when they are, texts by their
 * characters; between values of different sorts, in the order of the sorts.
 */
final class Comparing {
  /** The longest text that may be a date. */
  private static final int LONGEST_DATE = 40;

  static final Comparator<JsonNode> VALUES = Comparing::compare;

  private Comparing() {}

  /** Whether it makes sense to say of two values which is greater. */
  static boolean areAlike(JsonNode one, JsonNode other) {
    return sort(one) == sort(other);
  }

  private enum Sort {
    NOTHING,
    TRUTH,
    NUMBER,
    TIME,
    TEXT,
    STRUCTURE
  }

  private static Sort sort(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> Sort.NOTHING;
      case BOOLEAN -> Sort.TRUTH;
      case NUMBER -> Sort.NUMBER;
      case STRING -> time(value.textValue()).isPresent() ? Sort.TIME : Sort.TEXT;
      case ARRAY, OBJECT, BINARY, POJO -> Sort.STRUCTURE;
    };
  }

  private static int compare(JsonNode one, JsonNode other) {
    var sort = sort(one);
    if (sort != sort(other)) {
      return sort.compareTo(sort(other));
    }
    return switch (sort) {
      case NOTHING -> 0;
      case TRUTH -> Boolean.compare(one.booleanValue(), other.booleanValue());
      case NUMBER -> one.decimalValue().compareTo(other.decimalValue());
      case TIME ->
          time(one.textValue()).orElseThrow().compareTo(time(other.textValue()).orElseThrow());
      case TEXT -> one.textValue().compareTo(other.textValue());
      case STRUCTURE -> one.toString().compareTo(other.toString());
    };
  }

  /** When a text of ISO 8601 is; without a zone, in UTC. */
  static Optional<Instant> time(String text) {
    if (text.length() > LONGEST_DATE || Kind.of(text) != Kind.DATE) {
      return Optional.empty();
    }
    try {
      var at = text.replace(' ', 'T');
      if (at.indexOf('T') < 0) {
        return Optional.of(LocalDate.parse(at).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      boolean zoned = at.endsWith("Z") || at.lastIndexOf('+') > 10 || at.lastIndexOf('-') > 10;
      return Optional.of(
          zoned
              ? OffsetDateTime.parse(at).toInstant()
              : LocalDateTime.parse(at).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
