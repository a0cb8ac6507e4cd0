package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.llm.spi.ReasoningDetails;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * Gives back to a model what it thought before, as it was. What was thought elsewhere, or bears no
 * signature, would be refused: it is left out and named.
 */
final class ReasoningEncoder {
  private static final String DETAILS = "messages.reasoning_details";

  private final Family family;
  private final Set<String> dropped;

  ReasoningEncoder(Family family, Set<String> dropped) {
    this.family = family;
    this.dropped = dropped;
  }

  /** The blocks of one message of the assistant's. */
  ArrayNode blocks(JsonNode message) {
    var blocks = JsonNodeFactory.instance.arrayNode();
    var details = ReasoningDetails.joined(message.path("reasoning_details"));
    for (var detail : details) {
      if (!isOurs(detail.path("format").asText("unknown")) || !add(blocks, detail)) {
        dropped.add(DETAILS);
      }
    }
    if (details.isEmpty() && !message.path("reasoning").asText("").isEmpty()) {
      dropped.add("messages.reasoning");
    }
    return blocks;
  }

  private boolean isOurs(String format) {
    return format.equals(family.format()) || format.equals("unknown");
  }

  private static boolean add(ArrayNode blocks, JsonNode detail) {
    var signature = detail.path("signature").asText("");
    var data = detail.path("data").asText("");
    return switch (detail.path("type").asText("")) {
      case ReasoningDetails.TEXT -> {
        if (!signature.isEmpty()) {
          blocks
              .addObject()
              .putObject("reasoningContent")
              .putObject("reasoningText")
              .put("text", detail.path("text").asText(""))
              .put("signature", signature);
        }
        yield !signature.isEmpty();
      }
      case ReasoningDetails.ENCRYPTED -> {
        if (!data.isEmpty()) {
          blocks.addObject().putObject("reasoningContent").put("redactedContent", base64(data));
        }
        yield !data.isEmpty();
      }
      default -> false;
    };
  }

  /** What Bedrock gave out is base64; what Anthropic itself gave out may be any text. */
  private static String base64(String data) {
    try {
      var _ = Base64.getDecoder().decode(data);
      return data;
    } catch (IllegalArgumentException _) {
      return Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8));
    }
  }
}
