package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Choice;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Day;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Fields;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Flag;
import dev.sallyport.sandbox.quarantine.AnswerSchema.Whole;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads the few JSON schemas that are closed, and refuses all others. */
final class AnswerSchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_WORDS = 16;
  private static final int MAX_WORD_CHARS = 64;
  private static final int MAX_FIELDS = 8;
  private static final int MAX_DESCRIPTION_CHARS = 200;
  private static final Set<String> NOTES = Set.of("title", "description");

  private AnswerSchemas() {}

  static AnswerSchema read(JsonNode schema) throws UnfitQuestionException {
    return schema.path("type").asText().equals("object") ? fields(schema) : field(schema);
  }

  private static AnswerSchema fields(JsonNode schema) throws UnfitQuestionException {
    only(schema, Set.of("type", "properties", "required", "additionalProperties"));
    var properties = schema.path("properties");
    if (!properties.isObject() || properties.isEmpty() || properties.size() > MAX_FIELDS) {
      throw new UnfitQuestionException("schema: an object has 1 to 8 properties");
    }
    Map<String, AnswerSchema> byName = new LinkedHashMap<>();
    for (var property : properties.properties()) {
      requireName(property.getKey());
      byName.put(property.getKey(), field(property.getValue()));
    }
    return new Fields(byName);
  }

  /** What is neither an object nor a list. */
  static AnswerSchema field(JsonNode schema) throws UnfitQuestionException {
    if (schema.has("enum")) {
      only(schema, Set.of("type", "enum"));
      return choice(schema.get("enum"));
    }
    return switch (schema.path("type").asText()) {
      case "boolean" -> {
        only(schema, Set.of("type"));
        yield new Flag();
      }
      case "integer" -> {
        only(schema, Set.of("type", "minimum", "maximum"));
        yield whole(schema.path("minimum"), schema.path("maximum"));
      }
      case "string" -> {
        only(schema, Set.of("type", "format", "formatMinimum", "formatMaximum"));
        yield day(schema);
      }
      default ->
          throw new UnfitQuestionException(
              "schema: only enum, boolean, integer with minimum and maximum, a date with"
                  + " formatMinimum and formatMaximum, or an object of these");
    };
  }

  private static AnswerSchema choice(JsonNode words) throws UnfitQuestionException {
    if (!words.isArray() || words.isEmpty() || words.size() > MAX_WORDS) {
      throw new UnfitQuestionException("schema: an enum has 1 to 16 strings");
    }
    List<String> distinct = new ArrayList<>();
    for (var word : words) {
      distinct.add(word(word));
    }
    if (Set.copyOf(distinct).size() != distinct.size()) {
      throw new UnfitQuestionException("schema: the strings of an enum differ");
    }
    return new Choice(distinct);
  }

  static void requireName(String name) throws UnfitQuestionException {
    var _ = word(JSON.textNode(name));
  }

  private static String word(JsonNode word) throws UnfitQuestionException {
    if (!word.isTextual()
        || word.textValue().isEmpty()
        || word.textValue().length() > MAX_WORD_CHARS) {
      throw new UnfitQuestionException(
          "schema: strings of an enum and names of properties have 1 to 64 characters");
    }
    return word.textValue();
  }

  private static AnswerSchema whole(JsonNode least, JsonNode most) throws UnfitQuestionException {
    var bounded =
        least.isIntegralNumber()
            && most.isIntegralNumber()
            && least.canConvertToInt()
            && most.canConvertToInt()
            && least.longValue() <= most.longValue();
    if (!bounded) {
      throw new UnfitQuestionException(
          "schema: an integer has a minimum and a maximum of at most 32 bits");
    }
    return new Whole(least.longValue(), most.longValue());
  }

  private static AnswerSchema day(JsonNode schema) throws UnfitQuestionException {
    try {
      var first = LocalDate.parse(schema.path("formatMinimum").asText());
      var last = LocalDate.parse(schema.path("formatMaximum").asText());
      if (schema.path("format").asText().equals("date") && !first.isAfter(last)) {
        return new Day(first, last);
      }
    } catch (DateTimeParseException _) {
      // Answered as any other open string.
    }
    throw new UnfitQuestionException(
        "schema: a string is an enum, or of format date with formatMinimum and formatMaximum;"
            + " free text cannot be asked for");
  }

  /** Refuses all other keywords. */
  static void only(JsonNode schema, Set<String> keywords) throws UnfitQuestionException {
    for (var member : schema.properties()) {
      var note =
          NOTES.contains(member.getKey())
              && member.getValue().isTextual()
              && member.getValue().textValue().length() <= MAX_DESCRIPTION_CHARS;
      if (!note && !keywords.contains(member.getKey())) {
        throw new UnfitQuestionException(
            "schema: here only "
                + String.join(", ", new TreeSet<>(keywords))
                + ", and a short title or description");
      }
    }
  }
}
