package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ReasoningDetails;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The thoughts of an assistant's message, as its reasoning details tell them: those in words, and
 * the signatures of what it said and did. Only what Gemini itself wrote goes back to it.
 */
final class Thoughts {
  static final String FORMAT = "google-gemini-v1";

  /** Before the id of an image among those of an answer. */
  static final String IMAGE = "image_";

  private final ArrayNode parts = JsonNodeFactory.instance.arrayNode();
  private final Map<String, JsonNode> byId = new HashMap<>();
  private final Deque<JsonNode> ofText = new ArrayDeque<>();

  private Thoughts() {}

  static Thoughts of(JsonNode message, Set<String> dropped) {
    var thoughts = new Thoughts();
    var given = message.path("reasoning_details");
    if (given.isEmpty() && !message.path("reasoning").asText("").isEmpty()) {
      dropped.add("messages.reasoning");
    }
    for (var detail : ReasoningDetails.joined(given)) {
      if (!detail.path("format").asText("").equals(FORMAT) || !thoughts.take(detail)) {
        dropped.add("messages.reasoning_details");
      }
    }
    return thoughts;
  }

  private boolean take(JsonNode detail) {
    var type = detail.path("type").asText("");
    if (type.equals(ReasoningDetails.TEXT)) {
      if (detail.path("text").asText("").isEmpty() && !detail.path("signature").isTextual()) {
        return true;
      }
      var part = parts.addObject().put("text", detail.path("text").asText("")).put("thought", true);
      if (detail.path("signature").isTextual()) {
        part.set("thoughtSignature", detail.path("signature"));
      }
      return true;
    }
    if (!type.equals(ReasoningDetails.ENCRYPTED) || detail.path("data").asText("").isEmpty()) {
      return false;
    }
    if (detail.path("id").isTextual()) {
      byId.putIfAbsent(detail.path("id").textValue(), detail.path("data"));
    } else {
      ofText.add(detail.path("data"));
    }
    return true;
  }

  /** What was thought in words. */
  ArrayNode parts() {
    return parts;
  }

  /** The signature of a call or an image. */
  Optional<JsonNode> of(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Signs what was said: the last text, and where there are more signatures, texts of no words. */
  void sign(ArrayNode texts) {
    while (ofText.size() > 1 || (ofText.size() == 1 && texts.isEmpty())) {
      var unsaid = JsonNodeFactory.instance.objectNode().put("text", "");
      unsaid.set("thoughtSignature", ofText.removeFirst());
      texts.insert(Math.max(0, texts.size() - 1), unsaid);
    }
    if (!ofText.isEmpty() && texts.get(texts.size() - 1) instanceof ObjectNode last) {
      last.set("thoughtSignature", ofText.removeFirst());
    }
  }
}
