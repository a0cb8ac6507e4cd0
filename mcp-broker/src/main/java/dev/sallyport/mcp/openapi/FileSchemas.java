package dev.sallyport.mcp.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells which schemas of a body are of bytes. Source: OpenAPI 3.0, "Considerations for File
 * Uploads"; OpenAPI 3.1, "Working with Binary Data". For one body.
 */
final class FileSchemas {
  /** The most schemas that are looked at for one body. */
  private static final int MAX_SCHEMAS = 2_000;

  private static final List<String> CHOICES = List.of("anyOf", "oneOf", "allOf");

  /** They say of a text what they do not say of its base64. */
  private static final List<String> BOUNDS = List.of("minLength", "maxLength", "pattern", "format");

  private final OpenApiDocument document;
  private int left = MAX_SCHEMAS;

  FileSchemas(OpenApiDocument document) {
    this.document = document;
  }

  /** What a value is. */
  enum Kind {
    /** Bytes, sent as they are. */
    BYTES,
    /** Bytes in base64, sent as that. */
    BASE64,
    /** A text. */
    TEXT,
    /** A number, a boolean or an object. */
    OTHER
  }

  /** The properties of an object by their names, those of what it is composed of among them. */
  Map<String, JsonNode> properties(JsonNode schema) throws UnfitException {
    var properties = new LinkedHashMap<String, JsonNode>();
    var seen = Collections.newSetFromMap(new IdentityHashMap<JsonNode, Boolean>());
    var open = new ArrayDeque<>(List.of(schema));
    while (!open.isEmpty()) {
      var one = next(open.removeFirst());
      if (seen.add(one)) {
        one.path("properties")
            .properties()
            .forEach(property -> properties.putIfAbsent(property.getKey(), property.getValue()));
        CHOICES.forEach(choice -> one.path(choice).forEach(open::add));
      }
    }
    return properties;
  }

  /** What the values of a schema are, or the items of a list of them. */
  Set<Kind> kinds(JsonNode schema) throws UnfitException {
    var kinds = EnumSet.noneOf(Kind.class);
    var seen = Collections.newSetFromMap(new IdentityHashMap<JsonNode, Boolean>());
    var open = new ArrayDeque<>(List.of(schema));
    while (!open.isEmpty()) {
      var one = next(open.removeFirst());
      if (seen.add(one)) {
        addOwn(one, kinds);
        CHOICES.forEach(choice -> one.path(choice).forEach(open::add));
        if (one.has("items")) {
          open.add(one.path("items"));
        }
      }
    }
    return kinds;
  }

  private static void addOwn(JsonNode schema, Set<Kind> kinds) throws UnfitException {
    var type = MediaTypes.bare(schema.path("contentMediaType").asText(""));
    if (schema.has("contentEncoding")) {
      if (!schema.path("contentEncoding").asText("").equals("base64")) {
        throw new UnfitException(Misfit.UNSUPPORTED_BODY);
      }
      kinds.add(Kind.BASE64);
    } else if (schema.path("format").asText("").equals("binary") || MediaTypes.isOfBytes(type)) {
      kinds.add(Kind.BYTES);
    } else if (isOf("string", schema)) {
      kinds.add(Kind.TEXT);
    } else if (List.of("number", "integer", "boolean", "object").stream()
            .anyMatch(name -> isOf(name, schema))
        || schema.has("properties")) {
      kinds.add(Kind.OTHER);
    }
  }

  private static boolean isOf(String name, JsonNode schema) {
    var type = schema.path("type");
    if (!type.isArray()) {
      return type.asText("").equals(name);
    }
    for (var one : type) {
      if (one.asText("").equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** The media type that the schema itself says its bytes are of; empty if none. */
  String type(JsonNode schema) throws UnfitException {
    var at = next(schema);
    var type = (at.has("items") ? next(at.path("items")) : at).path("contentMediaType").asText("");
    var bare = MediaTypes.bare(type);
    return MediaTypes.isOne(bare) ? bare : "";
  }

  /** The schema of the same bytes in base64, with its choices and lists. */
  ObjectNode text(JsonNode schema) throws UnfitException {
    var source = next(schema);
    var text = Json.object();
    var description = schema.has("description") ? schema : source;
    if (description.path("description").isTextual()) {
      text.set("description", description.path("description"));
    }
    for (var choice : List.of("anyOf", "oneOf")) {
      if (source.path(choice) instanceof ArrayNode all && !all.isEmpty()) {
        var either = text.putArray("anyOf"); // a text could fit two of one kind
        for (var one : all) {
          either.add(text(one));
        }
        return text;
      }
    }
    if (isOf("null", source) && source.path("type").isTextual()) {
      return text.put("type", "null");
    }
    if (source.has("items")) {
      text.put("type", "array").set("items", text(source.path("items")));
      for (var bound : List.of("minItems", "maxItems")) {
        if (source.path(bound).isInt()) {
          text.set(bound, source.path(bound));
        }
      }
      return text;
    }
    var type = type(source);
    text.put("type", "string").put("contentEncoding", "base64");
    return type.isEmpty() ? text : text.put("contentMediaType", type);
  }

  /**
   * The schema of an object with its files in base64, also in what it is composed of. Bounds of
   * files are those of their bytes, and are left out.
   *
   * @param files the schemas of the files, by the names of their properties
   */
  JsonNode withTexts(JsonNode schema, Map<String, JsonNode> files) throws UnfitException {
    if (!(next(schema) instanceof ObjectNode source)
        || Collections.disjoint(properties(source).keySet(), files.keySet())) {
      return schema;
    }
    var texts = Json.object();
    texts.setAll(source);
    if (source.path("properties") instanceof ObjectNode own) {
      var properties = texts.putObject("properties");
      for (var property : own.properties()) {
        var file = files.get(property.getKey());
        var value = property.getValue();
        properties.set(property.getKey(), file == null ? value : textOf(value, value.equals(file)));
      }
    }
    for (var choice : CHOICES) {
      if (source.path(choice) instanceof ArrayNode all) {
        texts.set(choice, withTexts(all, files));
      }
    }
    // A text could fit two of them.
    if (texts.path("oneOf").isArray() && !texts.path("oneOf").equals(source.path("oneOf"))) {
      var all = Json.array();
      texts.path("allOf").forEach(all::add);
      all.addObject().set("anyOf", texts.remove("oneOf"));
      texts.set("allOf", all);
    }
    return texts;
  }

  private ArrayNode withTexts(ArrayNode choices, Map<String, JsonNode> files)
      throws UnfitException {
    var texts = Json.array();
    for (var one : choices) {
      texts.add(withTexts(one, files));
    }
    return texts;
  }

  /** What a property says of a file, which it may not say to be one. */
  private JsonNode textOf(JsonNode property, boolean isFile) throws UnfitException {
    var source = next(property);
    boolean nothing = !source.isObject() && !isFile;
    if (nothing || isReadOnly(property) || isReadOnly(source)) {
      return property;
    }
    if (isFile || !kinds(property).isEmpty()) {
      return text(property);
    }
    return ((ObjectNode) source.deepCopy()).without(BOUNDS);
  }

  private static boolean isReadOnly(JsonNode schema) {
    return schema.path("readOnly").asBoolean();
  }

  private JsonNode next(JsonNode schema) throws UnfitException {
    if (--left < 0) {
      throw new UnfitException(Misfit.UNSUPPORTED_BODY);
    }
    return document.resolved(schema);
  }
}
