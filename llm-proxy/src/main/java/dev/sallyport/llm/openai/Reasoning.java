package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What models think, under the names that vendors give it and under those of translations. */
final class Reasoning {
  private static final String VENDORS = "reasoning_content";
  private static final String OURS = "reasoning";
  private static final String DETAILS = "reasoning_details";

  private Reasoning() {}

  /** The text of the thoughts of a message. */
  static String text(ObjectNode message) {
    if (message.path(OURS).isTextual()) {
      return message.path(OURS).textValue();
    }
    var text = new StringBuilder();
    for (var detail : message.path(DETAILS)) {
      text.append(detail.path("text").asText(detail.path("summary").asText("")));
    }
    return text.toString();
  }

  /** Renames what a message, or a piece of one, holds of thoughts to what translations hold. */
  static void rename(ObjectNode message) {
    if (message.path("content") instanceof ArrayNode parts) {
      unfold(message, parts);
    }
    var given = message.remove(VENDORS);
    if (given != null && given.isTextual() && !message.path(OURS).isTextual()) {
      message.set(OURS, given);
    }
    var text = message.path(OURS).asText("");
    if (!text.isEmpty() && !message.path(DETAILS).isArray()) {
      message
          .putArray(DETAILS)
          .addObject()
          .put("type", "reasoning.text")
          .put("text", text)
          .put("format", "unknown")
          .put("index", 0);
    }
  }

  /** As Mistral's models answer that think: a list of thoughts and texts. */
  private static void unfold(ObjectNode message, ArrayNode parts) {
    var thought = new StringBuilder();
    var said = new StringBuilder();
    for (var part : parts) {
      if (part.path("type").asText().equals("thinking")) {
        part.path("thinking").forEach(one -> thought.append(text(one)));
      } else {
        said.append(text(part));
      }
    }
    message.put("content", said.toString());
    if (!thought.isEmpty()) {
      message.put(VENDORS, thought.toString());
    }
  }

  private static String text(JsonNode part) {
    return part.isTextual() ? part.textValue() : part.path("text").asText("");
  }
}
