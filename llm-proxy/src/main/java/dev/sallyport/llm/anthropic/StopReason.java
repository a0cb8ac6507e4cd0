package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Refused;

/** Why an answer ended, from Anthropic's words to OpenAI's. */
final class StopReason {
  private static final String REFUSAL = "refusal";
  private static final String DETAILS = "stop_details";

  private StopReason() {}

  static String chat(String reason) {
    return switch (reason) {
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case REFUSAL -> "content_filter";
      default -> "stop"; // end_turn, stop_sequence, pause_turn, and whatever comes
    };
  }

  /**
   * Says in a choice why it ended, in both words, and at which stop sequence, or by which policy it
   * was refused.
   *
   * @param said a message, or the last change to one
   */
  static void put(ObjectNode choice, JsonNode said) {
    var reason = said.path("stop_reason").asText();
    choice.put("finish_reason", chat(reason)).put("native_finish_reason", reason);
    if (said.path("stop_sequence").isTextual()) {
      choice.set("stop_reason", said.path("stop_sequence"));
    }
    if (isRefused(said)) {
      Refused.put(choice, said.path(DETAILS).path("category"));
    }
  }

  /**
   * Why an answer was refused, in words; empty if nobody says.
   *
   * @param said a message, or the last change to one
   */
  static String explanation(JsonNode said) {
    return isRefused(said) ? said.path(DETAILS).path("explanation").asText("") : "";
  }

  private static boolean isRefused(JsonNode said) {
    return said.path("stop_reason").asText().equals(REFUSAL) && said.path(DETAILS).isObject();
  }
}
