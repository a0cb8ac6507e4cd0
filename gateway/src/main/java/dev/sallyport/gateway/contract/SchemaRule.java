package dev.sallyport.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.contract.FieldForm;
import dev.sallyport.sandbox.quarantine.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The line of one field by what the approved output schema says of it. */
final class SchemaRule {
  private static final String BY_SCHEMA = "approved output schema: ";

  private SchemaRule() {}

  /** The line; empty where a schema says nothing that a contract could. */
  static Optional<Suggestion> of(JsonNode schema, Optional<Shape> seen) {
    if (schema.path("enum").isArray()) {
      return Optional.of(oneOf(schema.get("enum")));
    }
    return switch (type(schema.path("type"))) {
      case "boolean" -> Optional.of(new Suggestion(BY_SCHEMA + "boolean", "{kind: bool}"));
      case "integer" -> Optional.of(number(schema, seen, true));
      case "number" -> Optional.of(number(schema, seen, false));
      case "string" -> Optional.of(text(schema.path("format").asText()));
      case "array" -> list(schema.path("maxItems"), seen);
      default -> Optional.empty();
    };
  }

  /** One type, beside null. */
  private static String type(JsonNode type) {
    List<String> types = new ArrayList<>();
    type.forEach(one -> types.add(one.asText()));
    types.remove("null");
    return types.size() == 1 ? types.getFirst() : type.asText();
  }

  private static Suggestion oneOf(JsonNode values) {
    var words = new ArrayList<String>();
    values.forEach(value -> words.add(value.isTextual() ? value.textValue() : ""));
    try {
      var form = new FieldForm.OneOf(words);
      return new Suggestion(
          BY_SCHEMA + "enum", "{kind: enum, values: " + YamlText.list(form.values()) + "}");
    } catch (IllegalArgumentException _) {
      return new Suggestion(
          BY_SCHEMA + "an enum, but not of at most 64 short words", "{kind: text}");
    }
  }

  private static Suggestion text(String format) {
    return switch (format) {
      case "email", "idn-email" -> new Suggestion(BY_SCHEMA + "format email", "{kind: addr}");
      case "uri", "iri" -> new Suggestion(BY_SCHEMA + "format uri", "{kind: url}");
      case "uuid" -> new Suggestion(BY_SCHEMA + "format uuid", "{kind: ident}");
      case "date" ->
          new Suggestion(BY_SCHEMA + "format date; narrow the window", ShapeRules.DATE_RULE);
      case "date-time" ->
          new Suggestion(BY_SCHEMA + "format date-time; narrow the window", ShapeRules.TIME_RULE);
      default -> new Suggestion(BY_SCHEMA + "string", "{kind: text}");
    };
  }

  private static Suggestion number(JsonNode schema, Optional<Shape> seen, boolean whole) {
    var least = schema.path("minimum");
    var most = schema.path("maximum");
    if (least.isNumber() && most.isNumber()) {
      var bounds = new Bounds(least.decimalValue(), most.decimalValue());
      var rule = whole ? bounds.whole() : bounds.decimal(scale(seen));
      if (rule.isPresent()) {
        return new Suggestion(BY_SCHEMA + "minimum and maximum", rule.get());
      }
    }
    return seen.flatMap(shape -> ShapeRules.number(shape, whole))
        .orElseGet(() ->
            new Suggestion(
                BY_SCHEMA + "a number without bounds; give it some to have it shown",
                "{kind: number}"));
  }

  private static int scale(Optional<Shape> seen) {
    return seen.flatMap(Shape::numbers).map(Shape.Range::scale).orElse(2);
  }

  private static Optional<Suggestion> list(JsonNode most, Optional<Shape> seen) {
    return most.isIntegralNumber()
            && most.longValue() >= 0
            && most.longValue() <= FieldForm.Items.MOST
        ? Optional.of(
            new Suggestion(
                BY_SCHEMA + "maxItems", "{kind: array, max_items: " + most.longValue() + "}"))
        : seen.flatMap(ShapeRules::list);
  }

  /** The bounds of a number. */
  record Bounds(BigDecimal least, BigDecimal most) {
    Optional<String> whole() {
      try {
        var form = new FieldForm.Whole(least.longValueExact(), most.longValueExact());
        return Optional.of("{kind: integer, min: %d, max: %d}".formatted(form.min(), form.max()));
      } catch (ArithmeticException | IllegalArgumentException _) {
        return Optional.empty();
      }
    }

    Optional<String> decimal(int scale) {
      try {
        var form = new FieldForm.Decimal(least, most, Math.min(scale, FieldForm.Decimal.MAX_SCALE));
        return Optional.of(
            "{kind: decimal, min: %s, max: %s, scale: %d}"
                .formatted(form.min().toPlainString(), form.max().toPlainString(), form.scale()));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }
  }
}
