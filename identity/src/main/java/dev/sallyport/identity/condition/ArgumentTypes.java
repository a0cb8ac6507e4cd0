package dev.sallyport.identity.condition;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known of the arguments of the tools that a rule is on.
 *
 * @param arguments the type of each that there is; empty if there may be others
 * @param parameters the type of each argument that has a name for policies
 */
public record ArgumentTypes(
    Optional<Map<String, CelType>> arguments, Map<String, CelType> parameters) {
  private static final int MOST_DEPTH = 8;
  private static final Set<String> WHAT_MAY_ADD_FIELDS =
      Set.of("$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "patternProperties");

  /** Where anything may be an argument, and none has a name. */
  public static final ArgumentTypes ANY = new ArgumentTypes(Optional.empty(), Map.of());

  public ArgumentTypes {
    arguments = arguments.map(Map::copyOf);
    parameters = Map.copyOf(parameters);
  }

  /** Types are told apart by what they say. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ArgumentTypes that && description().equals(that.description());
  }

  @Override
  public int hashCode() {
    return description().hashCode();
  }

  private String description() {
    return arguments.map(ArgumentTypes::description).orElse("any") + description(parameters);
  }

  private static String description(Map<String, CelType> fields) {
    var told = new StringBuilder("{");
    new TreeMap<>(fields)
        .forEach((name, type) ->
            told.append(name.length()).append(name).append(description(type)).append(';'));
    return told.append('}').toString();
  }

  private static String description(CelType type) {
    return switch (type) {
      case StructType struct -> {
        var fields = new HashMap<String, CelType>();
        struct.fields().forEach(field -> fields.put(field.name(), field.type()));
        yield struct.name() + description(fields);
      }
      case ListType list -> "list(" + description(list.elemType()) + ")";
      default -> type.name();
    };
  }

  /**
   * Of one tool.
   *
   * @param schema of its arguments, if that is known
   * @param parameters where those stand that have a name
   */
  public static ArgumentTypes of(Optional<JsonNode> schema, Map<String, JsonPointer> parameters) {
    var named = new HashMap<String, CelType>();
    parameters.forEach((name, pointer) ->
        named.put(
            name,
            schema
                .map(known -> typeAt(known, pointer))
                .orElse(Optional.of(Environment.ANY))
                .orElse(Environment.ANY)));
    return new ArgumentTypes(
        schema.filter(ArgumentTypes::isClosed).map(known -> fields("args", known, 0)), named);
  }

  /**
   * Whether a schema says that there is something at a place, or leaves it open.
   *
   * @param pointer into arguments
   */
  public static boolean hasPlace(JsonNode schema, JsonPointer pointer) {
    return typeAt(schema, pointer).isPresent();
  }

  /** Of several tools: what one of them has may be there. */
  public ArgumentTypes or(ArgumentTypes other) {
    var both = arguments.flatMap(own -> other.arguments.map(others -> merged(own, others)));
    return new ArgumentTypes(both, merged(parameters, other.parameters));
  }

  private static Map<String, CelType> merged(Map<String, CelType> one, Map<String, CelType> other) {
    var all = new HashMap<>(one);
    other.forEach((name, type) ->
        all.merge(
            name,
            type,
            (left, right) ->
                description(left).equals(description(right)) ? left : Environment.ANY));
    return all;
  }

  /** The type at a place; empty if nothing can stand there. */
  private static Optional<CelType> typeAt(JsonNode schema, JsonPointer pointer) {
    var at = schema;
    var rest = pointer;
    while (!rest.matches()) {
      if (!isClosed(at)) {
        return Optional.of(Environment.ANY);
      }
      var next = at.path("properties").path(rest.getMatchingProperty());
      if (next.isMissingNode()) {
        return Optional.empty();
      }
      at = next;
      rest = rest.tail();
    }
    return Optional.of(type("params" + pointer, at, 0));
  }

  /** Whether a schema names every field of an object. */
  private static boolean isClosed(JsonNode schema) {
    var more = schema.path("additionalProperties");
    return schema.path("properties").isObject()
        && (more.isMissingNode() || (more.isBoolean() && !more.booleanValue()))
        && WHAT_MAY_ADD_FIELDS.stream().noneMatch(schema::has);
  }

  private static Map<String, CelType> fields(String name, JsonNode schema, int depth) {
    var fields = new HashMap<String, CelType>();
    schema
        .path("properties")
        .properties()
        .forEach(field ->
            fields.put(
                field.getKey(), type(name + "/" + field.getKey(), field.getValue(), depth + 1)));
    return fields;
  }

  /** A number may be a whole one or not, so nothing is said of its type. */
  private static CelType type(String name, JsonNode schema, int depth) {
    if (depth > MOST_DEPTH
        || schema.has("$ref")
        || schema.has("allOf")
        || schema.has("anyOf")
        || schema.has("oneOf")) {
      return Environment.ANY;
    }
    return switch (schema.path("type").asText()) {
      case "string" -> SimpleType.STRING;
      case "integer" -> SimpleType.INT;
      case "boolean" -> SimpleType.BOOL;
      case "array" ->
          ListType.create(
              schema.path("items").isObject()
                  ? type(name + "[]", schema.path("items"), depth + 1)
                  : Environment.ANY);
      case "object" -> isClosed(schema) ? struct(name, schema, depth) : Environment.ANY_FIELDS;
      default -> Environment.ANY;
    };
  }

  private static CelType struct(String name, JsonNode schema, int depth) {
    var fields = ImmutableMap.copyOf(fields(name, schema, depth));
    return StructType.create(
        "/" + name, fields.keySet(), field -> Optional.ofNullable(fields.get(field)));
  }
}
