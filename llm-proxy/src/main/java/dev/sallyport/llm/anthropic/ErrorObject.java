package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.util.Optional;

/** Reads Anthropic's error object: {@code {"type": "error", "error": {"type", "message"}}}. */
final class ErrorObject {
  private ErrorObject() {}

  /** The provider's own words, if they stand where they belong. */
  static Optional<String> message(byte[] body) {
    try {
      var message = WireJson.object(body).path("error").path("message");
      return message.isTextual() ? Optional.of(message.textValue()) : Optional.empty();
    } catch (MalformedReplyException _) {
      return Optional.empty();
    }
  }

  /** What kind of failure an event tells of. */
  static Kind kind(JsonNode event) {
    return switch (event.path("error").path("type").asText("")) {
      case "invalid_request_error" -> Kind.INVALID_REQUEST;
      case "authentication_error", "permission_error", "billing_error" -> Kind.CREDENTIAL_REJECTED;
      case "not_found_error" -> Kind.NOT_FOUND;
      case "rate_limit_error" -> Kind.RATE_LIMITED;
      case "timeout_error" -> Kind.TIMEOUT;
      default -> Kind.UNAVAILABLE;
    };
  }
}
