package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Why an answer ended, from Anthropic's words to OpenAI's. */
final class StopReason {
  private StopReason() {}

  static String chat(String reason) {
    return switch (reason) {
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "refusal" -> "content_filter";
      default -> "stop"; // end_turn, stop_sequence, pause_turn, and whatever comes
    };
  }

  /**
   * Says in a choice why it ended, in both words, and at which stop sequence.
   *
   * @param said a message, or the last change to one
   */
  static void put(ObjectNode choice, JsonNode said) {
    var reason = said.path("stop_reason").asText();
    choice.put("finish_reason", chat(reason)).put("native_finish_reason", reason);
    if (said.path("stop_sequence").isTextual()) {
      choice.set("stop_reason", said.path("stop_sequence"));
    }
  }
}
