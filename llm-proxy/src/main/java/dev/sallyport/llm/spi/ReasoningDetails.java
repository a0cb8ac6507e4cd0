package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a model thought, as a message in chat form tells it. Source: OpenRouter, "Reasoning". */
public final class ReasoningDetails {
  /** The type of a thought in words. */
  public static final String TEXT = "reasoning.text";

  /** The type of a thought that only its model's provider can read. */
  public static final String ENCRYPTED = "reasoning.encrypted";

  private ReasoningDetails() {}

  /** The details, those joined that a client kept in the parts in which they were streamed. */
  public static ArrayNode joined(JsonNode given) {
    var details = JsonNodeFactory.instance.arrayNode();
    for (var detail : given) {
      if (details.path(details.size() - 1) instanceof ObjectNode last && goesOn(last, detail)) {
        last.put("text", last.path("text").asText("") + detail.path("text").asText(""));
        if (detail.path("signature").isTextual()) {
          last.set("signature", detail.path("signature"));
        }
      } else {
        details.add(detail.deepCopy());
      }
    }
    return details;
  }

  private static boolean goesOn(JsonNode last, JsonNode detail) {
    return last.path("type").asText("").equals(TEXT)
        && detail.path("type").asText("").equals(TEXT)
        && !last.has("signature")
        && detail.path("index").isInt()
        && detail.path("index").equals(last.path("index"));
  }
}
