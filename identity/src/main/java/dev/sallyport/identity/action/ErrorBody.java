package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The bodies by which the forms of model APIs, and MCP, tell of a refusal. Pure. */
public final class ErrorBody {
  private static final int INVALID_REQUEST = -32_600;
  private static final int INVALID_PARAMS = -32_602;
  private static final int INTERNAL_ERROR = -32_603;

  private ErrorBody() {}

  /** OpenAI's, for chat completions and for responses. */
  public static ObjectNode openAi(Refusal refusal) {
    var body = JsonNodeFactory.instance.objectNode();
    var error =
        body.putObject("error")
            .put("message", refusal.advice())
            .put("type", ErrorType.of(refusal.code()).openAi())
            .put("code", refusal.code().code())
            .putNull("param");
    addRemedies(error, refusal);
    return body;
  }

  /** Anthropic's, for messages, whole or as the data of an {@code error} event. */
  public static ObjectNode anthropic(Refusal refusal) {
    var body = JsonNodeFactory.instance.objectNode().put("type", "error");
    var error =
        body.putObject("error")
            .put("type", ErrorType.of(refusal.code()).anthropic())
            .put("message", refusal.advice())
            .put("error_type", ErrorType.of(refusal.code()).label())
            .put("code", refusal.code().code());
    addRemedies(error, refusal);
    refusal.callId().ifPresent(id -> body.put("request_id", id.value()));
    return body;
  }

  /** OpenRouter's, for chat completions and for responses. */
  public static ObjectNode openRouter(Refusal refusal) {
    var type = ErrorType.of(refusal.code()).label();
    var body = JsonNodeFactory.instance.objectNode();
    var error =
        body.putObject("error")
            .put("code", refusal.code().status())
            .put("message", refusal.advice());
    addRemedies(
        error.putObject("metadata").put("error_type", type).put("code", refusal.code().code()),
        refusal);
    return body.put("error_type", type);
  }

  /**
   * JSON-RPC's, for a request that was not read as far as its id. Source: JSON-RPC 2.0, section 5.
   */
  public static ObjectNode rpc(Refusal refusal) {
    var body = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").putNull("id");
    body.putObject("error")
        .put("code", rpcCode(refusal.code()))
        .put("message", refusal.advice())
        .set("data", data(refusal));
    return body;
  }

  private static int rpcCode(RefusalCode code) {
    return switch (ErrorType.of(code)) {
      case NOT_FOUND, PAYLOAD_TOO_LARGE -> INVALID_PARAMS;
      case INVALID_REQUEST,
          CONTEXT_LENGTH_EXCEEDED,
          CONTENT_POLICY_VIOLATION,
          AUTHENTICATION,
          PAYMENT_REQUIRED,
          PERMISSION_DENIED ->
          INVALID_REQUEST;
      case RATE_LIMIT_EXCEEDED, PROVIDER_OVERLOADED, PROVIDER_UNAVAILABLE, TIMEOUT, SERVER ->
          INTERNAL_ERROR;
    };
  }

  /** What a refusal says to programs, beside the words of a form. */
  public static ObjectNode data(Refusal refusal) {
    var data =
        JsonNodeFactory.instance
            .objectNode()
            .put("code", refusal.code().code())
            .put("advice", refusal.advice());
    refusal.callId().map(CallId::value).ifPresent(id -> data.put("callId", id));
    refusal
        .approval()
        .ifPresent(approval ->
            data.put("approvalId", approval.id().value())
                .put("expiresAt", approval.expiresAt().toString()));
    refusal.retryAfter().ifPresent(delay -> data.put("retryAfterMillis", delay.toMillis()));
    addRemedies(data, refusal);
    return data;
  }

  /** Adds what the caller can do about it, if there is anything. */
  public static void addRemedies(ObjectNode told, Refusal refusal) {
    if (!refusal.remedies().isEmpty()) {
      told.set("remedies", Remedy.json(refusal.remedies()));
    }
  }
}
