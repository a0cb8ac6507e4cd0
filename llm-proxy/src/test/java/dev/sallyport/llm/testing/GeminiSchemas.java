package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.kit.Objection;
import java.util.Set;

/** The schemas that Google refuses, of what tools take and of answers. */
public final class GeminiSchemas {
  private static final Set<String> KEYWORDS =
      Set.of(
          "type",
          "format",
          "title",
          "description",
          "nullable",
          "enum",
          "default",
          "example",
          "items",
          "minItems",
          "maxItems",
          "properties",
          "required",
          "propertyOrdering",
          "minProperties",
          "maxProperties",
          "minLength",
          "maxLength",
          "pattern",
          "minimum",
          "maximum",
          "anyOf");
  private static final Set<String> TYPES =
      Set.of("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT");

  private GeminiSchemas() {}

  /**
   * Goes on only if Google would take the schema.
   *
   * @throws Objection if it would not
   */
  public static void check(JsonNode schema) {
    schema
        .fieldNames()
        .forEachRemaining(
            name -> require(KEYWORDS.contains(name), "Unknown name \"" + name + "\""));
    if (schema.has("anyOf")) {
      require(schema.size() == 1, "when using any_of, it must be the only field set");
      require(schema.path("anyOf").size() > 1, "any_of of one");
      schema.path("anyOf").forEach(GeminiSchemas::check);
      return;
    }
    var type = schema.path("type").asText();
    require(TYPES.contains(type), "didn't specify the schema type field");
    for (var value : schema.path("enum")) {
      require(type.equals("STRING") && value.isTextual(), "enum: only allowed for STRING type");
      require(!value.textValue().isEmpty(), "enum: cannot be empty");
    }
    require(type.equals("ARRAY") == schema.has("items"), "items: missing field");
    require(
        !schema.has("properties") || !schema.path("properties").isEmpty(),
        "properties: should be non-empty for OBJECT type");
    for (var name : schema.path("required")) {
      require(schema.path("properties").has(name.asText()), "required: property is not defined");
    }
    if (schema.has("format") && type.equals("STRING")) {
      require(
          Set.of("enum", "date-time").contains(schema.path("format").asText()),
          "only 'enum' and 'date-time' are supported for STRING type");
    }
    schema.path("properties").forEach(GeminiSchemas::check);
    if (schema.has("items")) {
      check(schema.path("items"));
    }
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new Objection("INVALID_ARGUMENT: " + complaint);
    }
  }
}
