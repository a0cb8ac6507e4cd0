package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Complaint;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;

/** Reads OpenAI's error object: {@code {"error": {"message", "type", "code"}}}. */
final class OpenAiErrors {
  private OpenAiErrors() {}

  /** The failure that an error object tells of, where no HTTP status does. */
  static Failure failure(JsonNode error) {
    return Failure.of(kind(error), Complaint.of(error));
  }

  private static Kind kind(JsonNode error) {
    for (var field : new String[] {"status", "code"}) {
      var code = error.path(field);
      if (code.isInt() && code.intValue() >= 400 && code.intValue() < 600) {
        return Failure.kindOf(code.intValue());
      }
    }
    return switch (error.path("type").asText("")) {
      case "invalid_request_error" -> Kind.INVALID_REQUEST;
      case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota" -> Kind.RATE_LIMITED;
      case "authentication_error", "permission_error" -> Kind.CREDENTIAL_REJECTED;
      case "timeout_error" -> Kind.TIMEOUT;
      default -> Kind.UNAVAILABLE;
    };
  }
}
