package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The bodies by which the forms of model APIs tell of a refusal. Pure. */
public final class ErrorBody {
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

  /** Adds what the caller can do about it, if there is anything. */
  public static void addRemedies(ObjectNode told, Refusal refusal) {
    if (!refusal.remedies().isEmpty()) {
      told.set("remedies", Remedy.json(refusal.remedies()));
    }
  }
}
