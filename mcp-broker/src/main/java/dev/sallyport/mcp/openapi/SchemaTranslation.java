package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes JSON Schema 2020-12 of the schemas of a document. What they point to comes along under
 * {@code $defs} of each schema that stands for itself, so that circles stay what they are; it is
 * translated once. For one thread.
 *
 * <p>Whatever differs between the two is made wider rather than narrower: a schema here takes all
 * that the document's takes.
 */
final class SchemaTranslation {
  /** More do not fit into a definition. */
  private static final int MAX_NODES = 4_000;

  private static final String USUAL = "#/components/schemas/";
  private static final int HASH_CHARS = 8;

  /** Their values are one schema. */
  private static final Set<String> SCHEMA =
      Set.of(
          "additionalProperties",
          "items",
          "not",
          "contains",
          "propertyNames",
          "if",
          "then",
          "else",
          "unevaluatedItems",
          "unevaluatedProperties",
          "contentSchema");

  /** Their values are a list of schemas. */
  private static final Set<String> SCHEMAS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");

  /** Their values are schemas by name. */
  private static final Set<String> NAMED =
      Set.of("properties", "patternProperties", "dependentSchemas");

  /** They say nothing about a value, or are said in another way. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "$schema",
          "$comment",
          "$defs",
          "definitions",
          "discriminator",
          "xml",
          "externalDocs",
          "nullable");

  /** They change what references mean. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "$id",
          "$anchor",
          "$dynamicRef",
          "$dynamicAnchor",
          "$recursiveRef",
          "$recursiveAnchor",
          "$vocabulary");

  /** Which way the values go: what only the other way has is left out. */
  enum Way {
    REQUEST("readOnly"),
    ANSWER("writeOnly");

    private final String otherOnly;

    Way(String otherOnly) {
      this.otherOnly = otherOnly;
    }
  }

  /**
   * A schema that others point to.
   *
   * @param uses what it points to itself
   * @param nodes how many schemas it holds
   */
  private record Named(JsonNode schema, Set<String> uses, int nodes) {}

  private final OpenApiDocument document;
  private final Way way;
  private final Map<String, Named> named = new HashMap<>();
  private Set<String> uses = new LinkedHashSet<>();
  private int nodes;

  SchemaTranslation(OpenApiDocument document, Way way) {
    this.document = document;
    this.way = way;
  }

  /** Begins a schema that is to stand for itself. */
  void begin() {
    uses = new LinkedHashSet<>();
    nodes = 0;
  }

  /** The schema, whose references hold in a schema that {@link #complete} was given. */
  JsonNode translate(JsonNode schema) throws UnfitException {
    if (++nodes > MAX_NODES) {
      throw new UnfitException(Misfit.UNSUPPORTED_SCHEMA);
    }
    if (schema.isBoolean()) {
      return schema;
    }
    if (!(schema instanceof ObjectNode object)) {
      throw new UnfitException(Misfit.UNSUPPORTED_SCHEMA);
    }
    var reference = object.path("$ref");
    if (reference.isTextual() && (document.isOld() || object.size() == 1)) {
      return Json.object().put("$ref", local(reference.textValue()));
    }
    var translated = Json.object();
    for (var member : object.properties()) {
      translate(member.getKey(), member.getValue(), translated);
    }
    leaveOutOtherWay(object, translated);
    return document.isOld() ? modern(object, translated) : translated;
  }

  /** Puts into the schema that was begun what its references point to. */
  void complete(ObjectNode schema) throws UnfitException {
    var definitions = new TreeMap<String, JsonNode>();
    var done = new HashSet<String>();
    var open = new ArrayDeque<>(uses);
    int total = nodes;
    while (!open.isEmpty()) {
      var reference = open.removeFirst();
      if (done.add(reference)) {
        var known = named(reference);
        total += known.nodes();
        if (total > MAX_NODES || definitions.put(name(reference), known.schema()) != null) {
          throw new UnfitException(Misfit.UNSUPPORTED_SCHEMA);
        }
        open.addAll(known.uses());
      }
    }
    if (!definitions.isEmpty()) {
      schema.putObject("$defs").setAll(definitions);
    }
  }

  private Named named(String reference) throws UnfitException {
    var known = named.get(reference);
    if (known == null) {
      begin();
      var schema = translate(document.target(reference));
      known = new Named(schema, uses, nodes);
      named.put(reference, known);
    }
    return known;
  }

  private void translate(String keyword, JsonNode value, ObjectNode into) throws UnfitException {
    if (UNSUPPORTED.contains(keyword)) {
      throw new UnfitException(Misfit.UNSUPPORTED_SCHEMA);
    }
    if (keyword.equals("$ref")) {
      if (!value.isTextual()) {
        throw new UnfitException(Misfit.BROKEN_REFERENCE);
      }
      into.put("$ref", local(value.textValue()));
    } else if (SCHEMA.contains(keyword)) {
      into.set(keyword, translate(value));
    } else if (SCHEMAS.contains(keyword)) {
      var all = into.putArray(keyword);
      for (var one : value) {
        all.add(translate(one));
      }
    } else if (NAMED.contains(keyword)) {
      var all = into.putObject(keyword);
      for (var one : value.properties()) {
        all.set(one.getKey(), translate(one.getValue()));
      }
    } else if (!LEFT_OUT.contains(keyword) && !keyword.startsWith("x-")) {
      into.set(keyword, value);
    }
  }

  /** The same reference in the schema that is made here. */
  private String local(String reference) throws UnfitException {
    var own = document.local(reference);
    if (uses.add(own)) {
      var _ = document.target(own);
    }
    return "#/$defs/" + name(own);
  }

  private static String name(String reference) {
    var last = reference.substring(reference.lastIndexOf('/') + 1);
    var plain = last.replaceAll("[^A-Za-z0-9_.-]", "_");
    return reference.equals(USUAL + plain)
        ? plain
        : plain + "_" + Sha256.hex(reference).substring(0, HASH_CHARS);
  }

  private void leaveOutOtherWay(ObjectNode schema, ObjectNode translated) throws UnfitException {
    var gone = new HashSet<String>();
    for (var property : schema.path("properties").properties()) {
      if (property.getValue().path(way.otherOnly).asBoolean()
          || document.resolved(property.getValue()).path(way.otherOnly).asBoolean()) {
        gone.add(property.getKey());
      }
    }
    if (gone.isEmpty()) {
      return;
    }
    if (translated.get("properties") instanceof ObjectNode properties) {
      properties.remove(gone);
    }
    if (translated.get("required") instanceof ArrayNode required) {
      var left = Json.array();
      required.forEach(name -> {
        if (!gone.contains(name.asText())) {
          left.add(name);
        }
      });
      translated.set("required", left);
    }
  }

  /** Turns what 3.0 says in its own way. */
  private static JsonNode modern(ObjectNode old, ObjectNode translated) {
    bound(translated, "exclusiveMinimum", "minimum");
    bound(translated, "exclusiveMaximum", "maximum");
    var example = translated.remove("example");
    if (example != null && !translated.has("examples")) {
      translated.putArray("examples").add(example);
    }
    return old.path("nullable").asBoolean() ? nullable(translated) : translated;
  }

  private static void bound(ObjectNode schema, String exclusive, String limit) {
    var flag = schema.path(exclusive);
    if (flag.isBoolean()) {
      schema.remove(exclusive);
      if (flag.booleanValue() && schema.has(limit)) {
        schema.set(exclusive, schema.remove(limit));
      }
    }
  }

  private static JsonNode nullable(ObjectNode schema) {
    var type = schema.get("type");
    boolean composed = schema.has("allOf") || schema.has("anyOf") || schema.has("oneOf");
    if (composed || schema.has("not")) {
      var either = Json.object();
      either.putArray("anyOf").add(schema).addObject().put("type", "null");
      return either;
    }
    if (type instanceof TextNode) {
      schema.putArray("type").add(type).add("null");
    }
    if (schema.get("enum") instanceof ArrayNode values && !holdsNull(values)) {
      schema.set("enum", values.deepCopy().addNull());
    }
    return schema;
  }

  private static boolean holdsNull(ArrayNode values) {
    for (var value : values) {
      if (value.isNull()) {
        return true;
      }
    }
    return false;
  }
}
