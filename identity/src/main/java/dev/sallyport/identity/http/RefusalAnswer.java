package dev.sallyport.identity.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ErrorBody;
import dev.sallyport.identity.action.ErrorType;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;

/**
 * Tells a caller of a refusal in the form that its client expects at the path: OpenAI's error
 * object under {@code /v1}, OpenRouter's under {@code /api}, Anthropic's where messages are asked
 * for, OAuth's under {@code /oauth2}, JSON-RPC's under {@code /mcp}, a problem of RFC 9457
 * elsewhere.
 */
public final class RefusalAnswer {
  private static final String OAUTH = "/oauth2";
  private static final String MCP = "/mcp";
  private static final JsonMapper MAPPER = new JsonMapper();

  private RefusalAnswer() {}

  /** Sends the refusal as the response to a request for this path. */
  public static void send(String path, ServerResponse response, Refusal refusal) {
    refusal
        .retryAfter()
        .ifPresent(delay ->
            response.header(
                HeaderNames.RETRY_AFTER, String.valueOf(Math.max(1, delay.toSeconds()))));
    response
        .status(Status.create(status(path, refusal)))
        .header(HeaderNames.CONTENT_TYPE, contentType(path))
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(body(path, refusal));
  }

  /** One who asks for tokens is told of a nonce as any other server of tokens tells it. */
  private static int status(String path, Refusal refusal) {
    return refusal.code() == RefusalCode.USE_DPOP_NONCE && isUnder(OAUTH, path)
        ? Status.BAD_REQUEST_400.code()
        : refusal.code().status();
  }

  /** The content type of the answer to a request for this path. */
  public static String contentType(String path) {
    return isForModels(path) || isUnder(OAUTH, path) || isUnder(MCP, path)
        ? "application/json"
        : "application/problem+json";
  }

  /** The body of the answer to a request for this path. */
  public static byte[] body(String path, Refusal refusal) {
    return bytes(of(path, refusal));
  }

  private static ObjectNode of(String path, Refusal refusal) {
    if (isUnder(OAUTH, path)) {
      return oauth(refusal);
    }
    if (isUnder(MCP, path)) {
      return ErrorBody.rpc(refusal);
    }
    if (!isForModels(path)) {
      return problem(refusal);
    }
    boolean router = isUnder("/api", path);
    if (isUnder(router ? "/api/v1/messages" : "/v1/messages", path)) {
      return ErrorBody.anthropic(refusal);
    }
    return router ? ErrorBody.openRouter(refusal) : ErrorBody.openAi(refusal);
  }

  private static boolean isForModels(String path) {
    return isUnder("/v1", path) || isUnder("/api", path);
  }

  private static boolean isUnder(String base, String path) {
    return path.equals(base) || path.startsWith(base + "/");
  }

  /** Source: RFC 6749, sections 4.1.2.1 and 5.2; RFC 9449, section 8. */
  private static ObjectNode oauth(Refusal refusal) {
    var error =
        refusal.code() == RefusalCode.USE_DPOP_NONCE ? refusal.code().code() : oauthError(refusal);
    return JsonNodeFactory.instance
        .objectNode()
        .put("error", error)
        .put("error_description", refusal.advice());
  }

  private static String oauthError(Refusal refusal) {
    return switch (ErrorType.of(refusal.code())) {
      case AUTHENTICATION -> "invalid_client";
      case PERMISSION_DENIED -> "access_denied";
      case RATE_LIMIT_EXCEEDED, SERVER -> "temporarily_unavailable";
      case INVALID_REQUEST,
          CONTEXT_LENGTH_EXCEEDED,
          CONTENT_POLICY_VIOLATION,
          PAYLOAD_TOO_LARGE,
          PAYMENT_REQUIRED,
          NOT_FOUND,
          PROVIDER_OVERLOADED,
          PROVIDER_UNAVAILABLE,
          TIMEOUT ->
          "invalid_request";
    };
  }

  private static ObjectNode problem(Refusal refusal) {
    var status = refusal.code().status();
    var problem =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "about:blank")
            .put("title", Status.create(status).reasonPhrase())
            .put("status", status)
            .put("detail", refusal.advice())
            .put("code", refusal.code().code());
    ErrorBody.addRemedies(problem, refusal);
    return problem;
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of ours is always writable", e);
    }
  }
}
