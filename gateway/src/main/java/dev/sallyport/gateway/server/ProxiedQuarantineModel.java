package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.sandbox.quarantine.QuarantineModel;
import dev.sallyport.sandbox.quarantine.QuarantinePrompt;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** The quarantined model, asked through the proxy by Sallyport itself: like any call, on record. */
final class ProxiedQuarantineModel implements QuarantineModel {
  private static final Principal QUARANTINE = Principal.internal("quarantine");
  private static final int MOST_TOKENS = 1_024;

  private final LlmProxy proxy;
  private final Optional<String> alias;
  private final InstantSource clock;

  /**
   * A model.
   *
   * @param alias of the model; without one, every question fails
   */
  ProxiedQuarantineModel(LlmProxy proxy, Optional<String> alias, InstantSource clock) {
    this.proxy = proxy;
    this.alias = alias;
    this.clock = clock;
  }

  @Override
  public String ask(String turn, String content, String question, JsonNode schema)
      throws IOException {
    var request = JsonNodeFactory.instance.objectNode();
    request.put("model", alias.orElseThrow(() -> new IOException("no quarantine.model is set")));
    request.put("temperature", 0).put("max_completion_tokens", MOST_TOKENS);
    var messages = request.putArray("messages");
    messages.addObject().put("role", "system").put("content", QuarantinePrompt.SYSTEM);
    messages
        .addObject()
        .put("role", "user")
        .put("content", QuarantinePrompt.user(content, question));
    request
        .putObject("response_format")
        .put("type", "json_schema")
        .putObject("json_schema")
        .put("name", "answer")
        .put("strict", true)
        .set("schema", schema);
    try {
      var answer = proxy.complete(caller(turn), request);
      return answer.path("choices").path(0).path("message").path("content").asText();
    } catch (Refusal refusal) {
      throw new IOException(refusal.code().code(), refusal);
    }
  }

  private Caller caller(String turn) {
    var same = new Turn(new TurnId(turn), QUARANTINE.id(), clock.instant());
    return new Caller(QUARANTINE, same, Door.QUARANTINE);
  }
}
