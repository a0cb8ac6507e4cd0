package dev.sallyport.mcp.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.contract.ArgumentPath;
import dev.sallyport.sandbox.contract.FieldPath;
import dev.sallyport.sandbox.contract.FieldPath.AnyMember;
import dev.sallyport.sandbox.contract.FieldPath.Item;
import dev.sallyport.sandbox.contract.FieldPath.Member;
import java.util.List;
import java.util.Set;

/**
 * Which paths there are by the approved definition of a tool. Where a schema leaves it open, by
 * references or alternatives, any path may be.
 *
 * @param input the schema of its arguments
 * @param output the schema of its results; missing if it has none
 */
record KnownPaths(JsonNode input, JsonNode output) {
  /** Keywords by which a schema has members beside those that it names. */
  private static final Set<String> OPEN =
      Set.of("$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "if", "patternProperties");

  private static final Set<String> SCALARS = Set.of("string", "integer", "number", "boolean");

  static KnownPaths of(ObjectNode definition) {
    return new KnownPaths(definition.path("inputSchema"), definition.path("outputSchema"));
  }

  /**
   * Whether an argument may stand there. One that no schema names is taken for misspelled, unless
   * the schema says outright that there may be others.
   */
  boolean has(ArgumentPath path) {
    var schema = input;
    for (var part : path.pointer().substring(1).split("/", -1)) {
      var name = part.replace("~1", "/").replace("~0", "~");
      if (isOpen(schema)) {
        return true;
      }
      if (isOf(schema, SCALARS)) {
        return false;
      }
      if (isOf(schema, Set.of("array"))) {
        if (!name.matches("\\*|\\d+")) {
          return false;
        }
        schema = schema.path("items");
      } else if (name.equals("*")) {
        return true;
      } else if (schema.path("properties").has(name)) {
        schema = schema.path("properties").path(name);
      } else {
        var others = schema.path("additionalProperties");
        return !schema.has("properties") || others.isObject() || others.asBoolean(false);
      }
    }
    return true;
  }

  /** Whether results may have something there: servers may give more than their schema names. */
  boolean has(FieldPath path) {
    var schema = output;
    for (var step : path.steps()) {
      if (isOpen(schema)) {
        return true;
      }
      boolean isList = isOf(schema, Set.of("array"));
      boolean fits =
          switch (step) {
            case Item _ -> isList || !schema.has("type");
            case AnyMember _ -> !isList;
            case Member(var name) -> !isList && mayHave(schema, name);
          };
      if (!fits || isOf(schema, SCALARS)) {
        return false;
      }
      schema =
          switch (step) {
            case Item _ -> schema.path("items");
            case AnyMember _ -> schema.path("additionalProperties");
            case Member(var name) -> schema.path("properties").path(name);
          };
    }
    return true;
  }

  private static boolean mayHave(JsonNode schema, String name) {
    return schema.path("properties").has(name)
        || schema.path("additionalProperties").asBoolean(true);
  }

  private static boolean isOpen(JsonNode schema) {
    return !schema.isObject()
        || schema.path("type").isArray()
        || OPEN.stream().anyMatch(schema::has);
  }

  private static boolean isOf(JsonNode schema, Set<String> types) {
    return types.contains(schema.path("type").asText());
  }

  /** The names of the arguments, in the order of the schema. */
  List<String> arguments() {
    return input.path("properties").propertyStream().map(one -> one.getKey()).toList();
  }
}
