package dev.sallyport.llm.anthropic;

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
}
