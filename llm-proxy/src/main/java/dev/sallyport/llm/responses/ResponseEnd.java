package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.MalformedReplyException;
import java.util.Optional;

/**
 * How a response ended.
 *
 * @param failure if it failed
 * @param word the provider's own: a status, or what made it incomplete
 * @param tier at which of the provider's service tiers
 */
record ResponseEnd(Optional<Failure> failure, String word, Optional<String> tier) {
  /**
   * Reads it.
   *
   * @throws MalformedReplyException if the response has not ended
   */
  static ResponseEnd of(JsonNode response) throws MalformedReplyException {
    var error = response.path("error");
    if (error.isObject() || response.path("status").asText("").equals("failed")) {
      return new ResponseEnd(
          Optional.of(ResponseErrors.failure(error)), "failed", Optional.empty());
    }
    var tier = Optional.ofNullable(response.path("service_tier").textValue());
    if (!response.path("output").isArray()) {
      throw new MalformedReplyException("not a response");
    }
    return switch (response.path("status").asText("")) {
      case "completed" -> new ResponseEnd(Optional.empty(), "completed", tier);
      case "incomplete" ->
          new ResponseEnd(
              Optional.empty(),
              response.path("incomplete_details").path("reason").asText("incomplete"),
              tier);
      default -> throw new MalformedReplyException("not a whole response");
    };
  }

  /** Why it ended, in the chat form's words. */
  String reason(boolean called) {
    return switch (word) {
      case "completed" -> called ? "tool_calls" : "stop";
      case "content_filter" -> "content_filter";
      default -> "length";
    };
  }
}
