package dev.sallyport.identity.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;

/**
 * Tells a caller of a refusal in the form that its client expects at the path: OpenAI's error
 * object under {@code /v1} and {@code /api}, a problem of RFC 9457 elsewhere.
 */
public final class RefusalAnswer {
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
        .status(Status.create(refusal.code().status()))
        .header(HeaderNames.CONTENT_TYPE, contentType(path))
        .header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(body(path, refusal));
  }

  /** The content type of the answer to a request for this path. */
  public static String contentType(String path) {
    return isForModels(path) ? "application/json" : "application/problem+json";
  }

  /** The body of the answer to a request for this path. */
  public static byte[] body(String path, Refusal refusal) {
    return bytes(isForModels(path) ? openAi(refusal) : problem(refusal));
  }

  private static boolean isForModels(String path) {
    return path.equals("/v1")
        || path.startsWith("/v1/")
        || path.equals("/api")
        || path.startsWith("/api/");
  }

  private static ObjectNode openAi(Refusal refusal) {
    var body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", refusal.advice())
        .put("type", openAiType(refusal.code().status()))
        .put("code", refusal.code().code())
        .putNull("param");
    return body;
  }

  private static String openAiType(int status) {
    if (status >= 500) {
      return "server_error";
    }
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "insufficient_quota";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> "invalid_request_error";
    };
  }

  private static ObjectNode problem(Refusal refusal) {
    var status = refusal.code().status();
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "about:blank")
        .put("title", Status.create(status).reasonPhrase())
        .put("status", status)
        .put("detail", refusal.advice())
        .put("code", refusal.code().code());
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of ours is always writable", e);
    }
  }
}
