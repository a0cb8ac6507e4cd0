package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.SealedReasoning;
import java.util.Optional;

/** Turns reasoning details into blocks of thinking. */
final class Thought {
  /** The format of Anthropic's own, of which signatures are given as they are. */
  static final String OWN = "anthropic-claude-v1";

  private static final String SUMMARY = "reasoning.summary";
  private static final String ENCRYPTED = "reasoning.encrypted";

  private Thought() {}

  /** Reasoning of which nothing but its text is known. */
  static ObjectNode of(String text) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "reasoning.text")
        .put("text", text)
        .put("format", "unknown");
  }

  /** Whether a detail can be read. */
  static boolean isShown(JsonNode detail) {
    return !detail.path("type").asText().equals(ENCRYPTED);
  }

  /** What can be read of a detail. */
  static String text(JsonNode detail) {
    return detail
        .path(detail.path("type").asText().equals(SUMMARY) ? "summary" : "text")
        .asText("");
  }

  /** Adds the block of a whole detail. */
  static void put(JsonNode detail, ArrayNode content) {
    if (!(detail instanceof ObjectNode object)) {
      return;
    }
    if (isShown(detail)) {
      content
          .addObject()
          .put("type", "thinking")
          .put("thinking", text(detail))
          .put("signature", signature(object));
    } else {
      content.addObject().put("type", "redacted_thinking").put("data", data(object));
    }
  }

  /** What a client is to give back with the text of a detail. */
  static String signature(ObjectNode detail) {
    return isOwn(detail) ? detail.path("signature").asText("") : sealed(detail);
  }

  /** What a client is to give back of a detail that cannot be read. */
  static String data(ObjectNode detail) {
    return isOwn(detail) ? detail.path("data").asText("") : sealed(detail);
  }

  private static boolean isOwn(JsonNode detail) {
    return detail.path("format").asText().equals(OWN);
  }

  /** A detail of others, in a text that clients of this form keep; what it shows stands beside. */
  private static String sealed(ObjectNode detail) {
    var kept = detail.deepCopy();
    kept.remove("text");
    kept.remove("summary");
    return SealedReasoning.of(JsonNodeFactory.instance.arrayNode().add(kept));
  }

  /** The detail that was sealed in a text; empty if the text was not made here. */
  static Optional<ObjectNode> opened(String text) {
    return SealedReasoning.read(text)
        .map(details -> details.path(0))
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast);
  }
}
