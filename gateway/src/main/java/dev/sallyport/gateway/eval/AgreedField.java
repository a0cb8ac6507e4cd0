package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is agreed of one field of a result.
 *
 * @param written as a contract says it
 * @param form of which sort it is
 * @param bits what a value of it tells that is shown; nothing for what is not
 * @param most for a list, the items that are shown; else -1
 */
record AgreedField(
    String path, List<String> steps, String written, Form form, double bits, int most) {
  private static final Pattern STEP = Pattern.compile("\\.\\*|\\.[^.\\[]+|\\[\\*]");
  private static final int LONGEST_WORD = 64;
  private static final int MOST_WORDS = 64;
  private static final BigDecimal LARGEST = new BigDecimal("1e12");

  /** Of which sort a field is. */
  enum Form {
    OPEN,
    WORD,
    FLAG,
    ONE_OF,
    NUMBER,
    MOMENT,
    LIST
  }

  AgreedField {
    steps = List.copyOf(steps);
  }

  private static AgreedField of(String path, String written, Form form, double bits, int most) {
    var steps = new ArrayList<String>();
    var found = STEP.matcher(path.substring(1));
    while (found.find()) {
      steps.add(found.group());
    }
    return new AgreedField(path, steps, "{" + written + "}", form, bits, most);
  }

  /** A reference of a kind. */
  static AgreedField open(String path, String kind) {
    return of(path, "kind: " + kind, Form.OPEN, 0, -1);
  }

  /** A reference of a kind, or a word of the person's as it is. */
  static AgreedField word(String path, String kind) {
    return of(path, "kind: %s, literal_if: vocabulary".formatted(kind), Form.WORD, 0, -1);
  }

  static AgreedField flag(String path) {
    return of(path, "kind: bool", Form.FLAG, 0, -1);
  }

  /** One of some words, none of which has an apostrophe. */
  static AgreedField oneOf(String path, List<String> values) {
    var written = "kind: enum, values: ['" + String.join("', '", values) + "']";
    return of(path, written, Form.ONE_OF, Recount.log2(values.size() + 1), -1);
  }

  static AgreedField whole(String path, long min, long max) {
    var written = "kind: integer, min: %d, max: %d".formatted(min, max);
    return of(path, written, Form.NUMBER, Recount.log2((double) (max - min + 1)), -1);
  }

  static AgreedField decimal(String path, BigDecimal min, BigDecimal max, int scale) {
    var steps = max.subtract(min).movePointRight(scale).longValue() + 1;
    var written =
        "kind: decimal, min: %s, max: %s, scale: %d"
            .formatted(min.toPlainString(), max.toPlainString(), scale);
    return of(path, written, Form.NUMBER, Recount.log2((double) steps), -1);
  }

  /** A time within ten years back and one ahead. */
  static AgreedField moment(String path, Duration resolution, Instant now) {
    var today = now.atOffset(ZoneOffset.UTC);
    long span = resolution.toSeconds();
    long first = Math.floorDiv(today.plus(Period.ofYears(-10)).toEpochSecond(), span);
    long last = Math.floorDiv(today.plus(Period.ofYears(1)).toEpochSecond(), span);
    var written = "kind: date, window: [-10y, +1y], resolution: %ds".formatted(span);
    return of(path, written, Form.MOMENT, Recount.log2((double) (last - first + 1)), -1);
  }

  static AgreedField list(String path, int most) {
    return of(path, "kind: array, max_items: " + most, Form.LIST, 0, most);
  }

  /** What a schema says of the place at a path. */
  static Optional<AgreedField> ofSchema(String path, JsonNode schema, Instant now) {
    if (schema.path("enum").isArray()) {
      var words = new ArrayList<String>();
      schema.get("enum").forEach(value -> words.add(value.asText()));
      boolean fits =
          words.size() <= MOST_WORDS
              && words.stream().allMatch(word -> !word.isEmpty() && word.length() <= LONGEST_WORD);
      return fits ? Optional.of(oneOf(path, words)) : Optional.empty();
    }
    return switch (type(schema.path("type"))) {
      case "boolean" -> Optional.of(flag(path));
      case "integer", "number" -> number(path, schema);
      case "array" ->
          schema.path("maxItems").isInt()
              ? Optional.of(list(path, schema.get("maxItems").asInt()))
              : Optional.empty();
      case "string" -> text(path, schema.path("format").asText(), now);
      default -> Optional.empty();
    };
  }

  private static String type(JsonNode type) {
    if (type.isArray()) {
      for (var one : type) {
        if (!one.asText().equals("null")) {
          return one.asText();
        }
      }
    }
    return type.asText();
  }

  private static Optional<AgreedField> number(String path, JsonNode schema) {
    var min = schema.path("minimum");
    var max = schema.path("maximum");
    if (!min.isNumber()
        || !max.isNumber()
        || min.decimalValue().abs().max(max.decimalValue().abs()).compareTo(LARGEST) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        schema.path("type").asText().equals("integer")
            ? whole(path, min.asLong(), max.asLong())
            : decimal(path, min.decimalValue(), max.decimalValue(), 4));
  }

  private static Optional<AgreedField> text(String path, String format, Instant now) {
    return switch (format) {
      case "date" -> Optional.of(moment(path, Duration.ofDays(1), now));
      case "date-time" -> Optional.of(moment(path, Duration.ofMinutes(1), now));
      case "email" -> Optional.of(open(path, "addr"));
      case "uri" -> Optional.of(open(path, "url"));
      case "uuid" -> Optional.of(open(path, "ident"));
      default -> Optional.empty();
    };
  }

  /** The same of another path. */
  AgreedField at(String other) {
    return of(other, written.substring(1, written.length() - 1), form, bits, most);
  }

  boolean isNumber() {
    return form == Form.NUMBER;
  }

  /** Whether what is held there is one reference of the same kind, whatever it is. */
  boolean isOpen() {
    return form == Form.OPEN || form == Form.WORD;
  }

  boolean speaksOf(List<String> place) {
    if (steps.size() != place.size()) {
      return false;
    }
    for (int i = 0; i < steps.size(); i++) {
      var step = steps.get(i);
      boolean any = step.equals(".*") && place.get(i).startsWith(".");
      if (!any && !step.equals(place.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether this is the one that holds where both speak of a place. */
  boolean isBefore(AgreedField other) {
    for (int i = 0; i < steps.size(); i++) {
      boolean any = steps.get(i).equals(".*");
      if (any != other.steps.get(i).equals(".*")) {
        return !any;
      }
    }
    return false;
  }
}
