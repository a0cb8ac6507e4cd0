package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Complaint;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Hint;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads Google's error object, {@code {"error": {"code", "message", "status", "details"}}}, which
 * Vertex AI also sends as the one element of a list.
 */
final class GeminiErrors {
  private static final String POLICY = "content_policy_violation";
  private static final String TOO_LONG = "context_length_exceeded";
  private static final Pattern DELAY = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)s");
  private static final Duration LONGEST_DELAY = Duration.ofDays(1);
  private static final List<String> WORDS_FOR_TOO_LONG =
      List.of("input token count", "exceeds the maximum number of tokens");
  private static final List<String> WORDS_FOR_ACCOUNT =
      List.of("api key not valid", "api key expired", "user location is not supported");

  private GeminiErrors() {}

  /** What an answer tells of; empty if it is none of Google's errors. */
  static Optional<Failure> of(WireReply reply) {
    if (reply.status() >= 200 && reply.status() <= 299) {
      return Optional.empty();
    }
    return in(reply.body())
        .filter(error -> error.path("status").isTextual())
        .map(error -> failure(error, Failure.kindOf(reply.status()), reply.retryAfter()));
  }

  /** What an event of a stream tells of; empty if it tells of no error. */
  static Optional<Failure> of(JsonNode event) {
    var error = object(event);
    return error.map(
        said -> failure(said, Failure.kindOf(said.path("code").asInt(500)), Optional.empty()));
  }

  /**
   * A prompt that is not answered, since a policy of Google's does not allow it.
   *
   * @param feedback what stands in {@code promptFeedback}
   */
  static Failure blocked(JsonNode feedback) {
    var reason = feedback.path("blockReason").asText("");
    return Failure.of(
        Kind.CONTENT_POLICY,
        new Complaint(Optional.of(POLICY), Optional.empty(), "blocked: " + reason));
  }

  /** A candidate that ended for a reason that leaves no answer. */
  static Failure unusable(String reason) {
    return Failure.of(
        Kind.MALFORMED, new Complaint(Optional.of(reason), Optional.empty(), "finish reason"));
  }

  private static Failure failure(JsonNode error, Kind byStatus, Optional<Duration> asked) {
    var words = error.path("message").asText("").toLowerCase(Locale.ROOT);
    var status = error.path("status").asText("");
    var kind = kind(error, status, words, byStatus);
    var hint = kind == Kind.INVALID_REQUEST ? hint(words) : Optional.<Hint>empty();
    var code = kind == Kind.CONTEXT_LENGTH ? TOO_LONG : status;
    return new Failure(
        hint.isPresent() ? Kind.CREDENTIAL_REJECTED : kind,
        Optional.empty(),
        Optional.of(
            new Complaint(Optional.of(code), Optional.empty(), error.path("message").asText(""))),
        asked.or(() -> delay(error)),
        hint);
  }

  /** What is said of an account where the status speaks of the request. */
  private static Optional<Hint> hint(String words) {
    return WORDS_FOR_ACCOUNT.stream()
        .filter(words::contains)
        .findFirst()
        .map(said -> new Hint(said, Kind.INVALID_REQUEST));
  }

  private static Kind kind(JsonNode error, String status, String words, Kind byStatus) {
    return switch (status) {
      case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE" -> {
        if (reason(error).startsWith("API_KEY")) {
          yield Kind.CREDENTIAL_REJECTED;
        }
        yield WORDS_FOR_TOO_LONG.stream().anyMatch(words::contains)
            ? Kind.CONTEXT_LENGTH
            : Kind.INVALID_REQUEST;
      }
      case "UNAUTHENTICATED" -> Kind.CREDENTIAL_REJECTED;
      case "PERMISSION_DENIED" -> Kind.FORBIDDEN;
      case "NOT_FOUND" -> Kind.NOT_FOUND;
      case "RESOURCE_EXHAUSTED" -> Kind.RATE_LIMITED;
      case "DEADLINE_EXCEEDED" -> Kind.TIMEOUT;
      case "UNAVAILABLE" -> Kind.OVERLOADED;
      default -> byStatus;
    };
  }

  private static Optional<JsonNode> in(byte[] body) {
    try {
      return object(WireJson.tree(body));
    } catch (MalformedReplyException _) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> object(JsonNode tree) {
    var said = tree.isArray() ? tree.path(0) : tree;
    return Optional.of(said.path("error")).filter(JsonNode::isObject);
  }

  private static String reason(JsonNode error) {
    for (var detail : error.path("details")) {
      if (detail.path("reason").isTextual()) {
        return detail.path("reason").textValue();
      }
    }
    return "";
  }

  private static Optional<Duration> delay(JsonNode error) {
    for (var detail : error.path("details")) {
      var given = DELAY.matcher(detail.path("retryDelay").asText(""));
      if (given.matches()) {
        long millis = new BigDecimal(given.group(1)).movePointRight(3).longValue();
        var delay = Duration.ofMillis(millis);
        return Optional.of(delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
      }
    }
    return Optional.empty();
  }
}
