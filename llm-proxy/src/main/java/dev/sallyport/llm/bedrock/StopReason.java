package dev.sallyport.llm.bedrock;

import dev.sallyport.llm.spi.MalformedReplyException;

/** Why an answer ended, from Converse's words to OpenAI's. */
final class StopReason {
  private StopReason() {}

  /**
   * OpenAI's word.
   *
   * @throws MalformedReplyException if the model made something that is no answer
   */
  static String chat(String reason) throws MalformedReplyException {
    return switch (reason) {
      case "max_tokens", "model_context_window_exceeded" -> "length";
      case "tool_use" -> "tool_calls";
      case "guardrail_intervened", "content_filtered" -> "content_filter";
      case "malformed_model_output", "malformed_tool_use" ->
          throw new MalformedReplyException("the model made something that is no answer");
      default -> "stop"; // end_turn, stop_sequence, and whatever comes
    };
  }
}
