package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Complaint;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;

/** Reads Anthropic's error object: {@code {"type": "error", "error": {"type", "message"}}}. */
final class ErrorObject {
  private ErrorObject() {}

  /** The failure that an event tells of. */
  static Failure failure(JsonNode event) {
    return Failure.of(kind(event), Complaint.of(event.path("error")));
  }

  private static Kind kind(JsonNode event) {
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
