package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ReasoningDetails;
import java.util.Set;

/**
 * Between Anthropic's blocks of thinking and the reasoning details of chat messages. A block is
 * bound to its signature: it goes back unmodified, or not at all.
 */
final class Reasoning {
  static final String FORMAT = "anthropic-claude-v1";

  private final StringBuilder text = new StringBuilder();
  private final ArrayNode details = JsonNodeFactory.instance.arrayNode();

  /** Takes one block of an answer. */
  void add(JsonNode block) {
    text.append(block.path("thinking").asText(""));
    var detail = details.addObject();
    if (block.path("type").asText().equals("thinking")) {
      detail.put("type", ReasoningDetails.TEXT).put("text", block.path("thinking").asText(""));
      if (block.path("signature").isTextual()) {
        detail.set("signature", block.path("signature"));
      }
    } else {
      detail.put("type", ReasoningDetails.ENCRYPTED).put("data", block.path("data").asText(""));
    }
    detail.put("format", FORMAT).put("index", details.size() - 1);
  }

  /** Says in a message what was thought. */
  void put(ObjectNode message) {
    if (!text.isEmpty()) {
      message.put("reasoning", text.toString());
    }
    if (!details.isEmpty()) {
      message.set("reasoning_details", details);
    }
  }

  /** A part of the details of one block. */
  static ObjectNode part(boolean encrypted, int index) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", encrypted ? ReasoningDetails.ENCRYPTED : ReasoningDetails.TEXT)
        .put("format", FORMAT)
        .put("index", index);
  }

  /**
   * The blocks of a message of the assistant's; what is not Anthropic's, or not signed, is named.
   */
  static ArrayNode blocks(JsonNode message, Set<String> dropped) {
    var blocks = JsonNodeFactory.instance.arrayNode();
    var given = message.path("reasoning_details");
    if (given.isEmpty() && !message.path("reasoning").asText("").isEmpty()) {
      dropped.add("messages.reasoning");
    }
    for (var detail : ReasoningDetails.joined(given)) {
      var signature = detail.path("signature").asText("");
      var data = detail.path("data").asText("");
      if (!detail.path("format").asText().equals(FORMAT)) {
        dropped.add("messages.reasoning_details");
      } else if (detail.path("type").asText().equals(ReasoningDetails.TEXT)
          && !signature.isEmpty()) {
        blocks
            .addObject()
            .put("type", "thinking")
            .put("thinking", detail.path("text").asText(""))
            .put("signature", signature);
      } else if (detail.path("type").asText().equals(ReasoningDetails.ENCRYPTED)
          && !data.isEmpty()) {
        blocks.addObject().put("type", "redacted_thinking").put("data", data);
      } else {
        dropped.add("messages.reasoning_details");
      }
    }
    return blocks;
  }
}
