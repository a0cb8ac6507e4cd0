package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;

/** Refusals in OpenAI's form. */
public final class ChatErrors {
  private ChatErrors() {}

  /** The body of an answer that is a refusal. */
  public static ObjectNode body(RefusalCode code, String message) {
    var body = JsonNodeFactory.instance.objectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", type(code.status()))
        .putNull("param")
        .put("code", code.code());
    return body;
  }

  /** The last event of a stream that broke off. */
  static byte[] event(Refusal refusal, String model, long epochSecond) {
    var chunk = JsonNodeFactory.instance.objectNode();
    chunk
        .put("id", refusal.callId().map(id -> "chatcmpl-" + id).orElse("chatcmpl-none"))
        .put("object", "chat.completion.chunk")
        .put("created", epochSecond)
        .put("model", model);
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.putObject("delta");
    choice.put("finish_reason", "error");
    chunk.setAll(body(refusal.code(), refusal.advice()));
    return ("data: " + new String(WireJson.bytes(chunk), StandardCharsets.UTF_8) + "\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "insufficient_quota";
      case 403 -> "permission_error";
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
