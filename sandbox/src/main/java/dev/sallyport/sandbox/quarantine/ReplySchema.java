package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The schema that the model is sent: of the few keywords that all providers take in their strict
 * modes. What they have no keyword for stands in a description; whether an answer fits is checked
 * here, by {@link AnswerSchema}.
 */
final class ReplySchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String DESCRIPTION = "description";

  private ReplySchema() {}

  /**
   * The schema of what the model says: an answer, or that it has none.
   *
   * @param schema of the answer, which {@link AnswerSchemas} has accepted
   */
  static ObjectNode of(JsonNode schema) {
    var properties = JSON.objectNode();
    properties.putObject("abstain").put("type", "boolean");
    properties.set("answer", orNull(schema));
    return closed(properties);
  }

  private static ObjectNode orNull(JsonNode schema) {
    var either = JSON.objectNode();
    either.putArray("anyOf").add(sent(schema)).add(JSON.objectNode().put("type", "null"));
    return either;
  }

  private static ObjectNode sent(JsonNode schema) {
    var sent =
        switch (schema.path("type").asText()) {
          case "object" -> fields(schema.get("properties"));
          case "array" -> items(schema.get("items"));
          default -> field(schema);
        };
    var description = String.join(" ", notes(schema));
    return description.isEmpty() ? sent : sent.put(DESCRIPTION, description);
  }

  private static ObjectNode fields(JsonNode given) {
    var properties = JSON.objectNode();
    given.properties().forEach(one -> properties.set(one.getKey(), orNull(one.getValue())));
    return closed(properties);
  }

  private static ObjectNode items(JsonNode given) {
    return JSON.objectNode().put("type", "array").set("items", orNull(given));
  }

  private static ObjectNode field(JsonNode schema) {
    if (schema.has("enum")) {
      return JSON.objectNode().put("type", "string").set("enum", schema.get("enum"));
    }
    var field = JSON.objectNode().set("type", schema.get("type"));
    return schema.has("formatMinimum")
        ? ((ObjectNode) field).<ObjectNode>set("format", schema.get("format"))
        : (ObjectNode) field;
  }

  private static List<String> notes(JsonNode schema) {
    var notes = new ArrayList<String>();
    for (var name : List.of("title", DESCRIPTION)) {
      if (schema.has(name)) {
        notes.add(schema.get(name).asText());
      }
    }
    if (schema.has("minimum")) {
      notes.add(window(schema, "minimum", "maximum"));
    }
    if (schema.has("formatMinimum")) {
      notes.add(window(schema, "formatMinimum", "formatMaximum"));
    }
    if (schema.has("format") && !schema.has("formatMinimum")) {
      notes.add("In the form of: " + schema.get("format").asText() + ".");
    }
    if (schema.has("maxLength")) {
      notes.add("At most " + schema.get("maxLength").asText() + " characters.");
    }
    if (schema.has("maxItems")) {
      notes.add("At most " + schema.get("maxItems").asText() + " items.");
    }
    return notes;
  }

  private static String window(JsonNode schema, String least, String most) {
    return "From " + schema.get(least).asText() + " to " + schema.get(most).asText() + ".";
  }

  private static ObjectNode closed(ObjectNode properties) {
    var object = JSON.objectNode().put("type", "object");
    object.set("properties", properties);
    var required = object.putArray("required");
    properties.fieldNames().forEachRemaining(required::add);
    return object.put("additionalProperties", false);
  }
}
