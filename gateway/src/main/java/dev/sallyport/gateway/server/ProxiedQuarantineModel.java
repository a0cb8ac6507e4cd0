package dev.sallyport.gateway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import dev.sallyport.llm.LlmProxy;
import dev.sallyport.sandbox.quarantine.ModelUnavailableException;
import dev.sallyport.sandbox.quarantine.Quarantine;
import dev.sallyport.sandbox.quarantine.QuarantineModel;
import dev.sallyport.sandbox.quarantine.QuarantinePrompt;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The quarantined model, asked through the proxy by Sallyport itself: like any call, on record, and
 * on the bill of whoever's turn it is.
 */
final class ProxiedQuarantineModel implements QuarantineModel {
  private static final Principal QUARANTINE = Principal.internal("quarantine");

  /** An answer is short; what a model thinks before counts, too. */
  private static final int MOST_TOKENS = 8_192;

  private final LlmProxy proxy;
  private final Optional<String> alias;
  private final Quarantine quarantine;
  private final InstantSource clock;

  /**
   * A model.
   *
   * @param alias of the model; without one, every question fails
   * @param quarantine which knows whose the turns are
   */
  ProxiedQuarantineModel(
      LlmProxy proxy, Optional<String> alias, Quarantine quarantine, InstantSource clock) {
    this.proxy = proxy;
    this.alias = alias;
    this.quarantine = quarantine;
    this.clock = clock;
  }

  @Override
  public String ask(String turn, String content, String question, JsonNode schema)
      throws IOException {
    var request = request(QuarantinePrompt.SYSTEM, QuarantinePrompt.user(content, question));
    request
        .putObject("response_format")
        .put("type", "json_schema")
        .putObject("json_schema")
        .put("name", "answer")
        .put("strict", true)
        .set("schema", schema);
    return said(turn, request);
  }

  @Override
  public String write(String turn, String content, String instruction) throws IOException {
    return said(
        turn, request(QuarantinePrompt.WRITING, QuarantinePrompt.writing(content, instruction)));
  }

  @Override
  public String name() {
    return alias.orElse("");
  }

  private String said(String turn, ObjectNode request) throws IOException {
    var cancellation = new Cancellation();
    var call = new FutureTask<>(() -> proxy.complete(caller(turn), request, cancellation));
    // On a thread of its own: this one is interrupted, which evidence and the store must not be.
    Thread.ofVirtual().name("quarantine-call").start(call);
    try {
      return call.get().path("choices").path(0).path("message").path("content").asText();
    } catch (InterruptedException _) {
      cancellation.cancel(Why.TIME_OVER);
      throw new ModelUnavailableException(Why.TIME_OVER.label());
    } catch (ExecutionException _) {
      throw new ModelUnavailableException(
          switch (call.exceptionNow()) {
            case Refusal refusal -> refusal.code().code();
            case CallCancelledException given -> given.why().label();
            case Throwable fault -> fault.getClass().getSimpleName();
          });
    }
  }

  /** No tools, and nothing that some models refuse, such as a temperature. */
  private ObjectNode request(String system, String user) throws ModelUnavailableException {
    var request = JsonNodeFactory.instance.objectNode();
    request.put(
        "model", alias.orElseThrow(() -> new ModelUnavailableException("no quarantine.model")));
    request.put("max_completion_tokens", MOST_TOKENS);
    var messages = request.putArray("messages");
    messages.addObject().put("role", "system").put("content", system);
    messages.addObject().put("role", "user").put("content", user);
    return request;
  }

  private Caller caller(String turn) {
    var owner = quarantine.owner(turn).map(Owner::parse).orElse(QUARANTINE.owner());
    var same = new Turn(new TurnId(turn), owner, clock.instant(), false);
    return new Caller(QUARANTINE, same, Door.QUARANTINE);
  }
}
