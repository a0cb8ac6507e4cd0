package dev.sallyport.mcp.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.wire.Json;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * A definition written in the one way that all definitions of the same meaning share: the names of
 * every object in order, and in schemas also what is a set though it is written as an array.
 * Everything else counts: another spelling of a number is another definition.
 */
public final class CanonicalForm {
  /** Tells this form from those before and after it. */
  public static final int VERSION = 2;

  private static final Set<String> SCHEMAS = Set.of("inputSchema", "outputSchema");

  /** Keywords whose array is a set of plain values. */
  private static final Set<String> SETS = Set.of("required", "type", "enum");

  /** Keywords whose array is a set of schemas. */
  private static final Set<String> SCHEMA_SETS = Set.of("allOf", "anyOf", "oneOf");

  /** Keywords whose object holds schemas by names that mean nothing here. */
  private static final Set<String> SCHEMA_MAPS =
      Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

  /** Keywords that hold a schema, or schemas in an order that counts. */
  private static final Set<String> SUBSCHEMAS =
      Set.of(
          "items",
          "prefixItems",
          "additionalItems",
          "additionalProperties",
          "unevaluatedItems",
          "unevaluatedProperties",
          "propertyNames",
          "contains",
          "contentSchema",
          "not",
          "if",
          "then",
          "else");

  private static final Comparator<JsonNode> BY_TEXT = Comparator.comparing(JsonNode::toString);

  private CanonicalForm() {}

  /** The canonical form of the definition of an item. */
  public static JsonNode of(ObjectNode definition) {
    var names = new TreeMap<String, JsonNode>();
    for (var member : definition.properties()) {
      var value = member.getValue();
      names.put(member.getKey(), SCHEMAS.contains(member.getKey()) ? schema(value) : plain(value));
    }
    return object(names);
  }

  /** The canonical form of a schema. */
  public static JsonNode schema(JsonNode schema) {
    if (schema instanceof ArrayNode) {
      return array(schema, CanonicalForm::schema, false);
    }
    if (!(schema instanceof ObjectNode)) {
      return schema;
    }
    var names = new TreeMap<String, JsonNode>();
    for (var member : schema.properties()) {
      names.put(member.getKey(), keyword(member.getKey(), member.getValue()));
    }
    return object(names);
  }

  /** SHA-256 of a tree whose names are put in order, in hexadecimal. */
  public static String digest(JsonNode tree) {
    return Sha256.hex(Json.canonical(tree));
  }

  private static JsonNode keyword(String keyword, JsonNode value) {
    if (SETS.contains(keyword) && value.isArray()) {
      return array(value, CanonicalForm::plain, true);
    }
    if (SCHEMA_SETS.contains(keyword) && value.isArray()) {
      return array(value, CanonicalForm::schema, true);
    }
    if (SUBSCHEMAS.contains(keyword)) {
      return schema(value);
    }
    boolean schemas = SCHEMA_MAPS.contains(keyword);
    if (value.isObject() && (schemas || keyword.equals("dependentRequired"))) {
      var names = new TreeMap<String, JsonNode>();
      for (var member : value.properties()) {
        var held = member.getValue();
        names.put(
            member.getKey(), schemas ? schema(held) : array(held, CanonicalForm::plain, true));
      }
      return object(names);
    }
    return plain(value);
  }

  private static JsonNode plain(JsonNode value) {
    if (value.isArray()) {
      return array(value, CanonicalForm::plain, false);
    }
    if (value.isObject()) {
      var names = new TreeMap<String, JsonNode>();
      value.properties().forEach(member -> names.put(member.getKey(), plain(member.getValue())));
      return object(names);
    }
    return value;
  }

  @FunctionalInterface
  private interface Form {
    JsonNode of(JsonNode value);
  }

  private static JsonNode array(JsonNode values, Form form, boolean isSet) {
    if (!values.isArray()) {
      return plain(values);
    }
    var formed = StreamSupport.stream(values.spliterator(), false).map(form::of);
    var array = Json.array();
    (isSet ? formed.sorted(BY_TEXT) : formed).forEach(array::add);
    return array;
  }

  private static ObjectNode object(Map<String, JsonNode> names) {
    var object = Json.object();
    names.forEach(object::set);
    return object;
  }
}
