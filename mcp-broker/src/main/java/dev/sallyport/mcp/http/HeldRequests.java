package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Approvals.Answer.Waiting;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.HeldStates;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcMessage;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Has clients come again, once a person has decided, whose requests a policy holds. They are asked
 * to tell their own person to wait; whatever that person says approves nothing, and only takes the
 * request back. Source: MCP 2026-07-28, multi round-trip requests.
 */
final class HeldRequests {
  private static final String STATE = "requestState";
  private static final String ELICITATION = "elicitation";

  /** Names what the client is asked. */
  private static final String APPROVAL = "approval";

  /** The methods whose answer may be a wish for more input. */
  private static final Set<String> METHODS =
      Set.of(Methods.CALL_TOOL, Methods.GET_PROMPT, Methods.READ_RESOURCE);

  private final HeldStates states;
  private final Optional<URI> console;

  HeldRequests(HeldStates states, Optional<URI> console) {
    this.states = states;
    this.console = console;
  }

  /**
   * A request as it was before it was held, if it was.
   *
   * @param again what its client says of its waiting; empty if it was not held
   */
  record Come(RpcMessage.Request request, Optional<HeldWaits.Again> again) {}

  /**
   * What a request is.
   *
   * @throws Refusal with MALFORMED_REQUEST if its state was not given for it
   */
  Come come(Exchange exchange, RpcMessage.Request request) {
    var params = request.params();
    var state = params.path(STATE).asText("");
    if (!HeldStates.isOne(state)) {
      return new Come(request, Optional.empty());
    }
    var begun = states.begun(named(exchange, request), state);
    var said = params.path("inputResponses").path(APPROVAL);
    return new Come(
        new RpcMessage.Request(request.id(), request.method(), begun.params()),
        Optional.of(new HeldWaits.Again(begun.approval(), HeldWaits.isUnwanted(said))));
  }

  /** The answer that has the client come again; empty if it cannot be told so. */
  Optional<ObjectNode> wish(Exchange exchange, RpcMessage.Request request, Refusal refusal) {
    if (refusal.approval().isEmpty()
        || !exchange.revision().isStateless()
        || !METHODS.contains(request.method())) {
      return Optional.empty();
    }
    var waiting = refusal.approval().get();
    var params = params(exchange.client().capabilities(), waiting);
    return params.flatMap(
        asked -> states.seal(named(exchange, request), waiting).map(state -> wish(asked, state)));
  }

  private static ObjectNode wish(ObjectNode asked, String state) {
    var wish = Json.object().put("resultType", "input_required").put(STATE, state);
    var request = wish.putObject("inputRequests").putObject(APPROVAL);
    request.put("method", "elicitation/create").set("params", asked);
    return wish;
  }

  /** What tells a client in a session that its request waits, if it shows its person anything. */
  Optional<ObjectNode> notice(ObjectNode capabilities, Waiting waiting) {
    var params = params(capabilities, waiting);
    params
        .filter(asked -> asked.path("mode").asText().equals("url"))
        .ifPresent(asked -> asked.put("elicitationId", waiting.id().value()));
    return params;
  }

  /** What the client shows its person, if it shows anything. */
  private Optional<ObjectNode> params(ObjectNode capabilities, Waiting waiting) {
    if (!capabilities.has(ELICITATION)) {
      return Optional.empty();
    }
    var modes = capabilities.path(ELICITATION);
    if (modes.has("url") && console.isPresent()) {
      return Optional.of(
          Json.object()
              .put("mode", "url")
              .put("url", console.get().resolve("/#call=" + waiting.id()).toString())
              .put("message", message(waiting)));
    }
    if (modes.has("url") && !modes.has("form")) {
      return Optional.empty();
    }
    var form = Json.object().put("mode", "form").put("message", message(waiting));
    form.putObject("requestedSchema")
        .put("type", "object")
        .putObject("properties")
        .putObject("acknowledged")
        .put("type", "boolean")
        .put("title", "I know that it waits");
    return Optional.of(form);
  }

  private static String message(Waiting waiting) {
    return "An administrator must approve this call, "
        + waiting.id()
        + ", by "
        + waiting.expiresAt()
        + ". Go on to wait for that; to decline takes the call back. What is answered here approves"
        + " nothing.";
  }

  private static HeldStates.Request named(Exchange exchange, RpcMessage.Request request) {
    return new HeldStates.Request(
        exchange.caller().principal().owner(),
        exchange.server(),
        request.method(),
        request.params());
  }
}
