package dev.sallyport.llm.gemini;

import java.util.Optional;

/** Why a candidate ended. */
final class FinishReason {
  /** What chat calls an answer that a filter ended. */
  static final String FILTERED = "content_filter";

  private FinishReason() {}

  /**
   * The reason in chat form; empty if it says that there is no answer that could be used: a call of
   * a tool that is none ({@code MALFORMED_FUNCTION_CALL} and its like), nothing to say why ({@code
   * OTHER}), or a word that is not known.
   *
   * @param called whether the candidate calls tools, of which Gemini's reason does not tell
   */
  static Optional<String> chat(String reason, boolean called) {
    return switch (reason) {
      case "STOP" -> Optional.of(called ? "tool_calls" : "stop");
      case "MAX_TOKENS", "CONTINUATION" -> Optional.of("length");
      case "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MODEL_ARMOR",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          Optional.of(FILTERED);
      default -> Optional.empty();
    };
  }
}
