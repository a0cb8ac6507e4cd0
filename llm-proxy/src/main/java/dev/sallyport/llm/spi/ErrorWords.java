package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sallyport.llm.spi.Failure.Hint;
import dev.sallyport.llm.spi.Failure.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads error objects of OpenAI's, Anthropic's and OpenRouter's form. A name that means one thing
 * comes before the status, since a guardrail answers 403 and an empty account 429; a name that many
 * things go by comes after it.
 */
final class ErrorWords {
  private static final Map<String, Kind> EXACT =
      Map.ofEntries(
          Map.entry("context_length_exceeded", Kind.CONTEXT_LENGTH),
          Map.entry("string_above_max_length", Kind.CONTEXT_LENGTH),
          Map.entry("model_context_window_exceeded", Kind.CONTEXT_LENGTH),
          Map.entry("content_filter", Kind.CONTENT_POLICY),
          Map.entry("content_policy_violation", Kind.CONTENT_POLICY),
          Map.entry("image_content_policy_violation", Kind.CONTENT_POLICY),
          Map.entry("responsibleaipolicyviolation", Kind.CONTENT_POLICY),
          Map.entry("moderation_blocked", Kind.CONTENT_POLICY),
          Map.entry("guardrail", Kind.CONTENT_POLICY),
          Map.entry("guardrail_blocked", Kind.CONTENT_POLICY),
          Map.entry("guardrail_intervened", Kind.CONTENT_POLICY),
          Map.entry("refusal", Kind.CONTENT_POLICY),
          Map.entry("insufficient_quota", Kind.PAYMENT),
          Map.entry("insufficient_credits", Kind.PAYMENT),
          Map.entry("billing_error", Kind.PAYMENT),
          Map.entry("billing_not_active", Kind.PAYMENT),
          Map.entry("billing_hard_limit_reached", Kind.PAYMENT),
          Map.entry("payment_required", Kind.PAYMENT),
          Map.entry("invalid_api_key", Kind.CREDENTIAL_REJECTED),
          Map.entry("account_deactivated", Kind.CREDENTIAL_REJECTED),
          Map.entry("authentication_error", Kind.CREDENTIAL_REJECTED),
          Map.entry("authentication", Kind.CREDENTIAL_REJECTED),
          Map.entry("model_not_found", Kind.NOT_FOUND),
          Map.entry("deploymentnotfound", Kind.NOT_FOUND),
          Map.entry("rate_limit_exceeded", Kind.RATE_LIMITED),
          Map.entry("rate_limit_error", Kind.RATE_LIMITED),
          Map.entry("overloaded_error", Kind.OVERLOADED),
          Map.entry("provider_overloaded", Kind.OVERLOADED),
          Map.entry("engine_overloaded", Kind.OVERLOADED),
          Map.entry("server_overloaded", Kind.OVERLOADED),
          Map.entry("request_too_large", Kind.REQUEST_TOO_LARGE),
          Map.entry("payload_too_large", Kind.REQUEST_TOO_LARGE),
          Map.entry("timeout_error", Kind.TIMEOUT),
          Map.entry("timeout", Kind.TIMEOUT));

  /** Names that also stand beside statuses that say more. */
  private static final Map<String, Kind> LOOSE =
      Map.of(
          "invalid_request_error", Kind.INVALID_REQUEST,
          "invalid_request", Kind.INVALID_REQUEST,
          "invalid_prompt", Kind.INVALID_REQUEST,
          "permission_error", Kind.FORBIDDEN,
          "permission_denied", Kind.FORBIDDEN,
          "not_found_error", Kind.NOT_FOUND,
          "not_found", Kind.NOT_FOUND);

  /** What those say of a request they do not take who have no name for it. */
  private static final Map<Kind, List<String>> SAID =
      Map.of(
          Kind.CONTEXT_LENGTH,
          List.of(
              "prompt is too long",
              "maximum context length",
              "context window",
              "context length exceeded",
              "input is too long",
              "too many input tokens",
              "exceeds the maximum number of tokens"),
          Kind.CONTENT_POLICY,
          List.of(
              "guardrail",
              "content policy",
              "content filter",
              "content management policy",
              "requires moderation",
              "flagged by moderation"),
          Kind.PAYMENT,
          List.of("credit balance is too low", "insufficient credits", "insufficient balance"),
          Kind.CREDENTIAL_REJECTED,
          List.of("incorrect api key"));

  private static final List<Kind> IN_ORDER =
      List.of(Kind.CONTENT_POLICY, Kind.CONTEXT_LENGTH, Kind.PAYMENT, Kind.CREDENTIAL_REJECTED);

  private ErrorWords() {}

  /** The error object in a body; missing if there is none. */
  static JsonNode inBody(byte[] body) {
    try {
      return ErrorShapes.in(WireJson.tree(body));
    } catch (MalformedReplyException _) {
      return MissingNode.getInstance();
    }
  }

  /**
   * What an error is.
   *
   * @param hint by what words alone that is known, where a caller could harm others by them
   */
  record Meaning(Kind kind, Optional<Hint> hint) {}

  /**
   * What an error is.
   *
   * @param status of HTTP; empty in a stream, where the error itself may tell one
   */
  static Meaning meaning(OptionalInt status, JsonNode error) {
    var known = status.isPresent() ? status : status(error);
    var exact = exact(error);
    if (exact.isPresent()) {
      return new Meaning(exact.get(), Optional.empty());
    }
    var unsaid =
        (known.isPresent() ? Optional.of(Failure.kindOf(known.getAsInt())) : loose(error))
            .orElse(Kind.UNAVAILABLE);
    return known.isEmpty() || isOfRequest(known.getAsInt())
        ? said(error, unsaid)
        : new Meaning(unsaid, Optional.empty());
  }

  private static Optional<Kind> exact(JsonNode error) {
    if (error.at("/metadata/flagged_input").isTextual()
        || error.at("/metadata/patterns").isArray()) {
      return Optional.of(Kind.CONTENT_POLICY); // OpenRouter's moderation and guardrails
    }
    return named(EXACT, error.at("/metadata/error_type"))
        .or(() -> named(EXACT, error.path("code")))
        .or(() -> named(EXACT, error.at("/innererror/code")))
        .or(() -> named(EXACT, error.path("type")));
  }

  private static Optional<Kind> loose(JsonNode error) {
    return named(LOOSE, error.at("/metadata/error_type"))
        .or(() -> named(LOOSE, error.path("code")))
        .or(() -> named(LOOSE, error.path("type")));
  }

  private static Optional<Kind> named(Map<String, Kind> names, JsonNode name) {
    return name.isTextual()
        ? Optional.ofNullable(names.get(name.textValue().toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }

  /** The statuses that providers give to requests for many reasons. */
  private static boolean isOfRequest(int status) {
    return status == 400 || status == 403 || status == 413 || status == 422;
  }

  private static Meaning said(JsonNode error, Kind unsaid) {
    var message = error.path("message").asText("").toLowerCase(Locale.ROOT);
    for (var kind : IN_ORDER) {
      for (var words : SAID.getOrDefault(kind, List.of())) {
        if (message.contains(words)) {
          return new Meaning(
              kind, Optional.of(new Hint(words, unsaid)).filter(_ -> kind.elsewhere()));
        }
      }
    }
    return new Meaning(unsaid, Optional.empty());
  }

  private static OptionalInt status(JsonNode error) {
    for (var field : List.of("status", "code")) {
      var code = error.path(field);
      if (code.isInt() && code.intValue() >= 400 && code.intValue() < 600) {
        return OptionalInt.of(code.intValue());
      }
    }
    return OptionalInt.empty();
  }
}
