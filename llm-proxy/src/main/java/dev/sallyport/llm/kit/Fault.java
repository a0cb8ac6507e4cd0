package dev.sallyport.llm.kit;

/** The statuses by which providers tell mistakes apart. */
final class Fault {
  /** Stands for whatever a provider answers when it has too much to do. */
  static final int OVERLOADED = 529;

  private Fault() {}

  /** Anthropic's word for a status; OpenRouter's forms take it over. */
  static String anthropic(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 504 -> "timeout_error";
      case OVERLOADED -> "overloaded_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }

  /** OpenAI's. */
  static String openAi(int status) {
    return switch (status) {
      case 401, 403 -> "authentication_error";
      case 429 -> "requests";
      case 503 -> "service_unavailable";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }

  /** Google's. */
  static String google(int status) {
    return switch (status) {
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 503 -> "UNAVAILABLE";
      case 504 -> "DEADLINE_EXCEEDED";
      default -> status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
    };
  }

  /** Amazon's. */
  static String bedrock(int status) {
    return switch (status) {
      case 401, 403 -> "AccessDeniedException";
      case 404 -> "ResourceNotFoundException";
      case 408, 504 -> "ModelTimeoutException";
      case 424 -> "ModelErrorException";
      case 429 -> "ThrottlingException";
      case 503 -> "ServiceUnavailableException";
      default -> status < 500 ? "ValidationException" : "InternalServerException";
    };
  }
}
