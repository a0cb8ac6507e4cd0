package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Excerpt;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Fields;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Items;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the JSON schemas of what may be taken out of a text: objects and short lists of closed
 * answers and of passages of a bounded form. All others it refuses.
 */
final class ExtractSchemas {
  private static final int MAX_FIELDS = 16;
  private static final int MAX_ITEMS = 16;
  private static final int MAX_LEVELS = 3;

  private ExtractSchemas() {}

  static AnswerSchema read(JsonNode schema) throws UnfitQuestionException {
    if (!schema.path("type").asText().equals("object")) {
      throw new UnfitQuestionException("schema: must be of type object");
    }
    return object(schema, MAX_LEVELS);
  }

  private static AnswerSchema object(JsonNode schema, int levels) throws UnfitQuestionException {
    AnswerSchemas.only(schema, Set.of("type", "properties", "required", "additionalProperties"));
    var properties = schema.path("properties");
    if (!properties.isObject() || properties.isEmpty() || properties.size() > MAX_FIELDS) {
      throw new UnfitQuestionException("schema: an object has 1 to 16 properties");
    }
    Map<String, AnswerSchema> byName = new LinkedHashMap<>();
    for (var property : properties.properties()) {
      AnswerSchemas.requireName(property.getKey());
      byName.put(property.getKey(), part(property.getValue(), levels - 1));
    }
    return new Fields(byName);
  }

  private static AnswerSchema part(JsonNode schema, int levels) throws UnfitQuestionException {
    if (levels < 0) {
      throw new UnfitQuestionException("schema: at most 3 levels of objects and arrays");
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema, levels);
      case "array" -> array(schema, levels);
      case "string" -> schema.has("enum") ? AnswerSchemas.field(schema) : text(schema);
      default -> AnswerSchemas.field(schema);
    };
  }

  private static AnswerSchema array(JsonNode schema, int levels) throws UnfitQuestionException {
    AnswerSchemas.only(schema, Set.of("type", "items", "maxItems"));
    var most = schema.path("maxItems");
    if (!most.isInt() || most.intValue() < 1 || most.intValue() > MAX_ITEMS) {
      throw new UnfitQuestionException("schema: an array has a maxItems of 1 to 16");
    }
    return new Items(part(schema.path("items"), levels - 1), most.intValue());
  }

  /** A day within a window is told; any other text is a passage, which is held. */
  private static AnswerSchema text(JsonNode schema) throws UnfitQuestionException {
    if (schema.has("formatMinimum") || schema.has("formatMaximum")) {
      return AnswerSchemas.field(schema);
    }
    AnswerSchemas.only(schema, Set.of("type", "format", "maxLength"));
    var form =
        schema.has("format")
            ? TextForm.ofFormat(schema.get("format").asText())
                .orElseThrow(() ->
                    new UnfitQuestionException(
                        "schema: format is email, uri, uuid, date, date-time, iban, phone,"
                            + " money or identifier"))
            : TextForm.PLAIN;
    return new Excerpt(form, longest(schema.path("maxLength"), form));
  }

  private static int longest(JsonNode given, TextForm form) throws UnfitQuestionException {
    if (given.isMissingNode() && form != TextForm.PLAIN) {
      return form.longest();
    }
    if (!given.isInt() || given.intValue() < 1 || given.intValue() > form.longest()) {
      throw new UnfitQuestionException(
          "schema: a string without a format has a maxLength of 1 to 2000; with one, it may have a"
              + " smaller one than the format");
    }
    return given.intValue();
  }
}
