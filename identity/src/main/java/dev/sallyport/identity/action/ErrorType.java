package dev.sallyport.identity.action;

import java.util.Locale;

/**
 * What went wrong, by its stable name at OpenRouter and in the words that each form of model API
 * has for it.
 */
public enum ErrorType {
  INVALID_REQUEST("invalid_request_error", "invalid_request_error", "invalid_prompt"),
  CONTEXT_LENGTH_EXCEEDED("invalid_request_error", "invalid_request_error", "invalid_prompt"),
  CONTENT_POLICY_VIOLATION("invalid_request_error", "invalid_request_error", "invalid_prompt"),
  PAYLOAD_TOO_LARGE("invalid_request_error", "request_too_large", "invalid_prompt"),
  AUTHENTICATION("authentication_error", "authentication_error", "server_error"),
  PAYMENT_REQUIRED("insufficient_quota", "billing_error", "server_error"),
  PERMISSION_DENIED("permission_error", "permission_error", "server_error"),
  NOT_FOUND("invalid_request_error", "not_found_error", "server_error"),
  RATE_LIMIT_EXCEEDED("rate_limit_error", "rate_limit_error", "rate_limit_exceeded"),
  PROVIDER_OVERLOADED("server_error", "overloaded_error", "server_error"),
  PROVIDER_UNAVAILABLE("server_error", "api_error", "server_error"),
  TIMEOUT("server_error", "timeout_error", "server_error"),
  SERVER("server_error", "api_error", "server_error");

  private final String openAi;
  private final String anthropic;
  private final String responses;

  ErrorType(String openAi, String anthropic, String responses) {
    this.openAi = openAi;
    this.anthropic = anthropic;
    this.responses = responses;
  }

  /** What a reason to refuse is. */
  public static ErrorType of(RefusalCode code) {
    return switch (code) {
      case MALFORMED_REQUEST,
          INVALID_REQUEST,
          INVALID_ARGUMENTS,
          HEADER_MISMATCH,
          UNKNOWN_REFERENCE,
          METHOD_NOT_ALLOWED,
          CONFLICT,
          INVALID_RESOURCE,
          UNSUPPORTED_MEDIA_TYPE ->
          INVALID_REQUEST;
      case CONTEXT_LENGTH_EXCEEDED -> CONTEXT_LENGTH_EXCEEDED;
      case CONTENT_POLICY_VIOLATION -> CONTENT_POLICY_VIOLATION;
      case REQUEST_TOO_LARGE -> PAYLOAD_TOO_LARGE;
      case UNAUTHENTICATED, INSUFFICIENT_USER_AUTHENTICATION, USE_DPOP_NONCE -> AUTHENTICATION;
      case BUDGET_EXHAUSTED -> PAYMENT_REQUIRED;
      case FORBIDDEN,
          INSUFFICIENT_SCOPE,
          APPROVAL_REQUIRED,
          APPROVAL_REJECTED,
          APPROVAL_WITHDRAWN,
          APPROVAL_EXPIRED,
          FLOW_REFUSED ->
          PERMISSION_DENIED;
      case UNKNOWN_TOOL,
          UNKNOWN_PROMPT,
          UNKNOWN_URI,
          UNKNOWN_MODEL,
          UNKNOWN_SERVER,
          UNKNOWN_TASK,
          UNKNOWN_TURN,
          UNKNOWN_SESSION,
          UNKNOWN_RESOURCE,
          UNKNOWN_PATH ->
          NOT_FOUND;
      case RATE_LIMITED, TOOL_CALLS_EXHAUSTED -> RATE_LIMIT_EXCEEDED;
      case UPSTREAM_OVERLOADED -> PROVIDER_OVERLOADED;
      case UPSTREAM_REJECTED,
          UPSTREAM_UNAVAILABLE,
          UPSTREAM_MALFORMED,
          RESULT_TOO_LARGE,
          CREDENTIAL_UNAVAILABLE ->
          PROVIDER_UNAVAILABLE;
      case UPSTREAM_TIMEOUT -> TIMEOUT;
      case INTERNAL, EVIDENCE_UNAVAILABLE, UNAVAILABLE -> SERVER;
    };
  }

  /** OpenRouter's {@code error_type}, such as {@code rate_limit_exceeded}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The {@code type} in OpenAI's error object. */
  public String openAi() {
    return openAi;
  }

  /** The {@code type} in Anthropic's error object. */
  public String anthropic() {
    return anthropic;
  }

  /** The {@code code} of the error of a response that failed, in OpenAI's Responses form. */
  public String responses() {
    return responses;
  }
}
