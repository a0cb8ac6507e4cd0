package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import java.util.Optional;

/** Reads OpenAI's error object: {@code {"error": {"message", "type", "code"}}}. */
final class OpenAiErrors {
  private OpenAiErrors() {}

  /** The provider's own words, if they stand where they belong. */
  static Optional<String> message(byte[] body) {
    try {
      var message = WireJson.object(body).path("error").path("message");
      return message.isTextual() ? Optional.of(message.textValue()) : Optional.empty();
    } catch (MalformedReplyException _) {
      return Optional.empty();
    }
  }

  /** What kind of failure a body with an error object tells of. */
  static Kind kind(byte[] body) throws MalformedReplyException {
    return kind(WireJson.object(body).path("error"));
  }

  /** What kind of failure an error object tells of, where no HTTP status does. */
  static Kind kind(JsonNode error) {
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
