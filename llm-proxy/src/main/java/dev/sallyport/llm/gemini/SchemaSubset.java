package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A JSON Schema as Gemini's Schema, which has no references, no constants, no null beside other
 * types, and enumerations of texts alone. What cannot be said is left out, so that the schema
 * allows more, and is named.
 */
final class SchemaSubset {
  private static final Set<String> TYPES =
      Set.of("string", "number", "integer", "boolean", "array", "object");

  /** Carried as they are. */
  private static final List<String> PLAIN =
      List.of(
          "title",
          "description",
          "default",
          "example",
          "pattern",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "minProperties",
          "maxProperties",
          "minimum",
          "maximum",
          "propertyOrdering");

  /** Leaving these out changes what is allowed. */
  private static final List<String> BINDING =
      List.of(
          "not",
          "if",
          "then",
          "else",
          "patternProperties",
          "propertyNames",
          "dependentSchemas",
          "dependentRequired",
          "contains",
          "prefixItems",
          "uniqueItems",
          "multipleOf",
          "exclusiveMinimum",
          "exclusiveMaximum");

  private static final Set<String> FORMATS =
      Set.of("date-time", "enum", "float", "double", "int32", "int64");

  private final ObjectNode root;
  private final SchemaReferences references;
  private final Set<String> lost = new LinkedHashSet<>();

  /**
   * A schema.
   *
   * @param place where it stands in the request
   */
  SchemaSubset(ObjectNode root, String place) {
    this.root = root;
    this.references = new SchemaReferences(root, place);
  }

  /**
   * The schema in Gemini's form.
   *
   * @throws CannotCarryException if it refers to itself, to nothing, or grows too large
   */
  ObjectNode converted() throws CannotCarryException {
    return convert(root);
  }

  /** The same, of what must be an object. */
  ObjectNode convertedObject() throws CannotCarryException {
    var schema = converted();
    if (!schema.path("type").asText("").equals("OBJECT")) {
      throw new CannotCarryException(
          references.place() + " must be the schema of an object for this model's provider.");
    }
    return schema;
  }

  /** The keywords that were left out though they allow less. */
  Set<String> lost() {
    return lost;
  }

  private ObjectNode convert(JsonNode given) throws CannotCarryException {
    int entered = references.depth();
    var schema = references.resolved(given);
    var out = out(SchemaMerge.merged(schema, references));
    references.leave(entered);
    return out;
  }

  private ObjectNode out(ObjectNode schema) throws CannotCarryException {
    BINDING.stream().filter(name -> schema.has(name)).forEach(lost::add);
    var types = types(schema);
    boolean nullable = types.remove("null") || schema.path("nullable").booleanValue();
    var branches = branches(schema);
    boolean choice = !branches.isEmpty();
    for (var branch : List.copyOf(branches)) {
      if (isNull(branch)) {
        nullable = true;
        branches.remove(branch);
      }
    }
    if (schema.has("const") && schema.path("const").isNull()) {
      nullable = true;
    }
    ObjectNode out;
    if (choice && (schema.has("properties") || schema.has("items"))) {
      lost.add(schema.has("anyOf") ? "anyOf" : "oneOf");
      out = typed(schema, types.isEmpty() ? guessed(schema) : types.getFirst());
    } else if (branches.size() == 1) {
      out = convert(branches.getFirst());
      copy(schema, out, List.of("title", "description", "default"));
    } else if (!branches.isEmpty()) {
      out = either(schema, converted(branches));
    } else if (types.size() > 1) {
      var each = new ArrayList<ObjectNode>();
      for (var type : types) {
        each.add(typed(without(schema), type));
      }
      out = either(schema, each);
    } else {
      out = single(schema, types, choice || (nullable && types.isEmpty()));
    }
    if (nullable) {
      setNullable(out);
    }
    return out;
  }

  private ObjectNode single(ObjectNode schema, List<String> types, boolean onlyNull)
      throws CannotCarryException {
    if (!types.isEmpty()) {
      return typed(schema, types.getFirst());
    }
    var guess = guessed(schema);
    if (!guess.isEmpty()) {
      return typed(schema, guess);
    }
    if (onlyNull) {
      return typed(schema, "string");
    }
    var each = new ArrayList<ObjectNode>();
    for (var type : List.of("string", "number", "boolean", "object")) {
      each.add(JsonNodeFactory.instance.objectNode().put("type", type.toUpperCase(Locale.ROOT)));
    }
    return either(schema, each);
  }

  private List<ObjectNode> converted(List<JsonNode> branches) throws CannotCarryException {
    var each = new ArrayList<ObjectNode>();
    for (var branch : branches) {
      var one = convert(branch);
      var inner = one.path("anyOf");
      if (inner.isEmpty()) {
        each.add(one);
      }
      inner.forEach(nested -> each.add((ObjectNode) nested));
    }
    return each;
  }

  /** Where Gemini has a choice nothing else may stand: what belongs to all goes to each. */
  private static ObjectNode either(ObjectNode schema, List<ObjectNode> each) {
    var out = JsonNodeFactory.instance.objectNode();
    var any = out.putArray("anyOf");
    for (var one : each) {
      if (!one.has("description") && schema.path("description").isTextual()) {
        one.set("description", schema.path("description"));
      }
      any.add(one);
    }
    return out;
  }

  private static void setNullable(ObjectNode out) {
    if (out.has("anyOf")) {
      out.path("anyOf").forEach(one -> ((ObjectNode) one).put("nullable", true));
    } else {
      out.put("nullable", true);
    }
  }

  private ObjectNode typed(ObjectNode schema, String type) throws CannotCarryException {
    var out = JsonNodeFactory.instance.objectNode().put("type", type.toUpperCase(Locale.ROOT));
    copy(schema, out, PLAIN);
    if (FORMATS.contains(schema.path("format").asText(""))) {
      out.set("format", schema.path("format"));
    }
    enumeration(schema, type, out);
    switch (type) {
      case "array" -> {
        var items = schema.path("items");
        if (items.isArray()) {
          lost.add("items");
        }
        out.set("items", convert(items.isObject() ? items : JsonNodeFactory.instance.objectNode()));
      }
      case "object" -> properties(schema, out);
      default -> {}
    }
    return out;
  }

  private void properties(ObjectNode schema, ObjectNode out) throws CannotCarryException {
    var more = schema.path("additionalProperties");
    if (more.isObject() && !more.isEmpty()) {
      lost.add("additionalProperties");
    }
    var properties = JsonNodeFactory.instance.objectNode();
    for (var property : schema.path("properties").properties()) {
      properties.set(property.getKey(), convert(property.getValue()));
    }
    if (properties.isEmpty()) {
      return;
    }
    out.set("properties", properties);
    var required = new LinkedHashSet<String>();
    schema.path("required").forEach(name -> required.add(name.asText("")));
    required.removeIf(name -> !properties.has(name));
    if (!required.isEmpty()) {
      required.forEach(out.putArray("required")::add);
    }
  }

  private void enumeration(ObjectNode schema, String type, ObjectNode out) {
    var given = values(schema);
    if (given.isEmpty()) {
      return;
    }
    var texts = JsonNodeFactory.instance.arrayNode();
    boolean all = type.equals("string");
    for (var value : given) {
      if (value.isTextual() && !value.textValue().isEmpty()) {
        texts.add(value);
      } else {
        all = all && value.isNull();
      }
    }
    if (all && !texts.isEmpty()) {
      out.set("enum", texts);
    } else if (!all) {
      lost.add(schema.has("const") ? "const" : "enum");
    }
  }

  private static ArrayNode values(ObjectNode schema) {
    if (schema.has("const")) {
      return JsonNodeFactory.instance.arrayNode().add(schema.path("const"));
    }
    return schema.path("enum") instanceof ArrayNode list
        ? list
        : JsonNodeFactory.instance.arrayNode();
  }

  private static List<String> types(ObjectNode schema) {
    var types = new ArrayList<String>();
    var given = schema.path("type");
    if (given.isTextual()) {
      types.add(given.textValue().toLowerCase(Locale.ROOT));
    }
    given.forEach(one -> types.add(one.asText("").toLowerCase(Locale.ROOT)));
    values(schema)
        .forEach(value -> {
          if (value.isNull()) {
            types.add("null");
          }
        });
    types.removeIf(type -> !TYPES.contains(type) && !type.equals("null"));
    var distinct = new ArrayList<>(new LinkedHashSet<>(types));
    return distinct;
  }

  private static List<JsonNode> branches(ObjectNode schema) {
    var branches = new ArrayList<JsonNode>();
    var given = schema.has("anyOf") ? schema.path("anyOf") : schema.path("oneOf");
    given.forEach(branches::add);
    return branches;
  }

  private static boolean isNull(JsonNode branch) {
    return branch.path("type").asText("").equals("null")
        || (branch.has("const") && branch.path("const").isNull())
        || (branch.path("enum").size() == 1 && branch.path("enum").get(0).isNull());
  }

  /** What type a schema means that does not say; empty if any. */
  private static String guessed(ObjectNode schema) {
    if (schema.has("properties") || schema.has("additionalProperties")) {
      return "object";
    }
    if (schema.has("items") || schema.has("prefixItems")) {
      return "array";
    }
    var values = values(schema);
    for (var value : values) {
      if (value.isTextual()) {
        return "string";
      }
      if (value.isBoolean()) {
        return "boolean";
      }
      if (value.isNumber()) {
        return value.isIntegralNumber() ? "integer" : "number";
      }
    }
    return "";
  }

  private static ObjectNode without(ObjectNode schema) {
    var rest = schema.deepCopy();
    rest.remove(List.of("type", "title", "description"));
    return rest;
  }

  private static void copy(ObjectNode from, ObjectNode to, List<String> names) {
    for (var name : names) {
      if (from.has(name) && !from.path(name).isNull()) {
        to.set(name, from.path(name));
      }
    }
  }
}
