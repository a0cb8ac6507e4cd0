package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** The simplest values that satisfy schemas. */
final class Samples {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEEPEST = 16;

  private final JsonNode root;

  private Samples(JsonNode root) {
    this.root = root;
  }

  /** A value that satisfies a schema. */
  static JsonNode of(JsonNode schema) {
    return new Samples(schema).sample(schema, DEEPEST);
  }

  /** The arguments of a call; none if the schema is not of an object. */
  static ObjectNode arguments(JsonNode schema) {
    return of(schema) instanceof ObjectNode object ? object : NODES.objectNode();
  }

  private JsonNode sample(JsonNode schema, int depth) {
    if (depth == 0) {
      return NODES.nullNode();
    }
    if (schema.has("$ref")) {
      return sample(root.at(schema.path("$ref").asText().substring(1)), depth - 1);
    }
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (!schema.path("enum").isEmpty()) {
      return schema.path("enum").path(0);
    }
    for (var choice : new String[] {"anyOf", "oneOf", "allOf"}) {
      if (!schema.path(choice).isEmpty()) {
        return sample(schema.path(choice).path(0), depth - 1);
      }
    }
    var type = schema.path("type");
    return ofType(type.isArray() ? type.path(0).asText() : type.asText(), schema, depth);
  }

  private JsonNode ofType(String type, JsonNode schema, int depth) {
    return switch (type.toLowerCase(Locale.ROOT)) { // Gemini writes types in capitals
      case "string" -> NODES.textNode(text(schema.path("format").asText()));
      case "integer" -> NODES.numberNode(schema.path("minimum").asLong(1));
      case "number" -> NODES.numberNode(schema.path("minimum").asDouble(1.5));
      case "boolean" -> NODES.booleanNode(true);
      case "null" -> NODES.nullNode();
      case "array" -> NODES.arrayNode().add(sample(schema.path("items"), depth - 1));
      default -> {
        var object = NODES.objectNode();
        schema
            .path("properties")
            .properties()
            .forEach(one -> object.set(one.getKey(), sample(one.getValue(), depth - 1)));
        yield object;
      }
    };
  }

  private static String text(String format) {
    return switch (format) {
      case "date" -> "2026-11-22";
      case "date-time" -> "2026-11-22T10:00:00Z";
      case "time" -> "10:00:00Z";
      case "email" -> "ada@example.com";
      case "uuid" -> "0191d0a1-0000-7000-8000-000000000001";
      case "uri" -> "https://example.com/";
      default -> "grün"; // not of ASCII alone
    };
  }
}
