package dev.sallyport.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * The schemas of answers that real providers refuse. Source: the guides to structured outputs of
 * OpenAI (strict mode) and of Anthropic ({@code output_config.format}).
 */
final class SchemaRules {
  private static final Set<String> BOTH =
      Set.of(
          "type",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "enum",
          "const",
          "anyOf",
          "$ref",
          "$defs",
          "title",
          "description",
          "format");
  private static final Set<String> OPENAI =
      Set.of(
          "$schema", // as the helpers of the official SDKs send it
          "pattern",
          "multipleOf",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "minItems",
          "maxItems");
  private static final Set<String> ANTHROPIC = Set.of("allOf", "default", "minItems");
  private static final Set<String> FORMATS =
      Set.of("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid");

  private SchemaRules() {}

  static void openAi(JsonNode schema) {
    require(schema.path("type").asText().equals("object"), "the root must be an object");
    check(schema, with(OPENAI), true);
  }

  static void anthropic(JsonNode schema) {
    check(schema, with(ANTHROPIC), false);
  }

  private static Set<String> with(Set<String> own) {
    var all = new HashSet<>(BOTH);
    all.addAll(own);
    return all;
  }

  private static void check(JsonNode schema, Set<String> keywords, boolean allRequired) {
    schema
        .fieldNames()
        .forEachRemaining(
            name -> require(keywords.contains(name), "'" + name + "' is not permitted"));
    require(!schema.has("format") || FORMATS.contains(schema.path("format").asText()), "format");
    if (schema.path("type").asText().equals("object")) {
      require(
          schema.path("additionalProperties").isBoolean()
              && !schema.path("additionalProperties").booleanValue(),
          "'additionalProperties' is required to be supplied and to be false");
      requireAll(schema, allRequired);
    }
    for (var container : new String[] {"properties", "$defs"}) {
      schema
          .path(container)
          .properties()
          .forEach(one -> check(one.getValue(), keywords, allRequired));
    }
    for (var container : new String[] {"anyOf", "allOf"}) {
      schema.path(container).forEach(one -> check(one, keywords, allRequired));
    }
    if (schema.has("items")) {
      check(schema.path("items"), keywords, allRequired);
    }
  }

  private static void requireAll(JsonNode schema, boolean allRequired) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    schema
        .path("properties")
        .fieldNames()
        .forEachRemaining(
            name -> require(!allRequired || required.contains(name), "required: " + name));
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new Objection("Invalid schema for response_format: " + complaint);
    }
  }
}
