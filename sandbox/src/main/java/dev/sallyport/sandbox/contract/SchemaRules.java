package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.contract.FieldForm.Decimal;
import dev.sallyport.sandbox.contract.FieldForm.Flag;
import dev.sallyport.sandbox.contract.FieldForm.Items;
import dev.sallyport.sandbox.contract.FieldForm.Moment;
import dev.sallyport.sandbox.contract.FieldForm.OneOf;
import dev.sallyport.sandbox.contract.FieldForm.Open;
import dev.sallyport.sandbox.contract.FieldForm.Whole;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads rules out of a JSON schema. What it does not understand, and what lies too deep in it, has
 * none. Not thread-safe.
 */
final class SchemaRules {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_NODES = 5_000;
  private static final int MAX_REFERENCES = 8;
  private static final int DEFAULT_SCALE = 4;

  private final JsonNode document;
  private final Map<FieldPath, FieldRule> fields = new LinkedHashMap<>();
  private int nodes;

  private SchemaRules(JsonNode document) {
    this.document = document;
  }

  static ResultRules of(JsonNode schema) {
    var rules = new SchemaRules(schema);
    rules.read(schema, FieldPath.ROOT, true);
    return new ResultRules(
        rules.fields,
        ResultRules.NONE.authority(),
        List.of(),
        ResultRules.NONE.readers(),
        List.of(),
        ResultBudget.DEFAULT);
  }

  /**
   * Reads what stands at a path.
   *
   * @param numbers whether there may be rules for numbers
   */
  private void read(JsonNode given, FieldPath path, boolean numbers) {
    var schema = meant(given);
    if (++nodes > MAX_NODES || path.steps().size() > MAX_DEPTH) {
      return;
    }
    var form = form(schema, type(schema));
    form.filter(found -> numbers || !isNumber(found))
        .filter(_ -> fields.size() < ResultRules.MAX_FIELDS)
        .ifPresent(found -> fields.putIfAbsent(path, FieldRule.of(found)));
    if (schema.path("items").isObject()) {
      var bounded = form.filter(Items.class::isInstance).isPresent() && fields.containsKey(path);
      read(schema.get("items"), path.then(new FieldPath.Item()), bounded);
    }
    for (var property : schema.path("properties").properties()) {
      read(property.getValue(), path.then(new FieldPath.Member(property.getKey())), true);
    }
    if (schema.path("additionalProperties").isObject()) {
      read(schema.get("additionalProperties"), path.then(new FieldPath.AnyMember()), true);
    }
  }

  /** What a reference within the document means, and the one alternative beside null. */
  private JsonNode meant(JsonNode given) {
    var schema = given;
    for (var i = 0; i < MAX_REFERENCES; i++) {
      var reference = schema.path("$ref").asText("");
      var alternatives = alternatives(schema);
      if (reference.startsWith("#/")) {
        schema = document.at(reference.substring(1));
      } else if (alternatives.size() == 1) {
        schema = alternatives.getFirst();
      } else {
        return schema;
      }
    }
    return JsonNodeFactory.instance.missingNode();
  }

  private static List<JsonNode> alternatives(JsonNode schema) {
    var others = new ArrayList<JsonNode>();
    for (var keyword : List.of("anyOf", "oneOf")) {
      for (var alternative : schema.path(keyword)) {
        if (!alternative.path("type").asText().equals("null")) {
          others.add(alternative);
        }
      }
    }
    return others;
  }

  /** The one type beside null; the empty text if there are several or none. */
  private static String type(JsonNode schema) {
    var type = schema.path("type");
    var others = new ArrayList<String>();
    if (type.isTextual()) {
      others.add(type.textValue());
    }
    for (var one : type) {
      if (!one.asText().equals("null")) {
        others.add(one.asText());
      }
    }
    return others.size() == 1 ? others.getFirst() : "";
  }

  private static Optional<FieldForm> form(JsonNode schema, String type) {
    try {
      if (schema.has("enum")) {
        return words(schema.get("enum"));
      }
      if (schema.path("const").isTextual()) {
        return Optional.of(new OneOf(List.of(schema.get("const").textValue())));
      }
      return switch (type) {
        case "boolean" -> Optional.of(new Flag());
        case "integer", "number" -> number(schema, type);
        case "array" ->
            schema.path("maxItems").canConvertToInt() && schema.path("maxItems").isNumber()
                ? Optional.of(new Items(schema.get("maxItems").intValue()))
                : Optional.empty();
        case "string" -> text(schema.path("format").asText(""));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // its bounds are too wide to be of use
    }
  }

  private static Optional<FieldForm> words(JsonNode values) {
    var words = new ArrayList<String>();
    for (var value : values) {
      if (value.isTextual()) {
        words.add(value.textValue());
      } else if (!value.isNull()) {
        return Optional.empty();
      }
    }
    return Optional.of(new OneOf(words));
  }

  private static Optional<FieldForm> number(JsonNode schema, String type) {
    var least = schema.path("minimum");
    var most = schema.path("maximum");
    if (!least.isNumber() || !most.isNumber()) {
      return Optional.empty();
    }
    if (type.equals("number")) {
      return Optional.of(
          new Decimal(least.decimalValue(), most.decimalValue(), scale(schema.path("multipleOf"))));
    }
    var largest = BigDecimal.valueOf(Whole.LARGEST);
    var bounded =
        least.decimalValue().abs().compareTo(largest) <= 0
            && most.decimalValue().abs().compareTo(largest) <= 0;
    return bounded ? Optional.of(new Whole(least.longValue(), most.longValue())) : Optional.empty();
  }

  private static int scale(JsonNode step) {
    return step.isNumber()
        ? Math.clamp(step.decimalValue().stripTrailingZeros().scale(), 0, Decimal.MAX_SCALE)
        : DEFAULT_SCALE;
  }

  private static Optional<FieldForm> text(String format) {
    return switch (format) {
      case "date" -> Optional.of(moment(Duration.ofDays(1)));
      case "date-time" -> Optional.of(moment(Duration.ofMinutes(1)));
      case "email", "idn-email" -> Optional.of(new Open(FieldKind.ADDR));
      case "uri", "iri" -> Optional.of(new Open(FieldKind.URL));
      case "uuid" -> Optional.of(new Open(FieldKind.IDENT));
      default -> Optional.empty();
    };
  }

  private static Moment moment(Duration resolution) {
    return new Moment(Moment.DEFAULT_FROM, Moment.DEFAULT_TO, resolution);
  }

  private static boolean isNumber(FieldForm form) {
    return form instanceof Whole || form instanceof Decimal;
  }
}
