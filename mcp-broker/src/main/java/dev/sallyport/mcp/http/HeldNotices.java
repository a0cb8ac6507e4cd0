package dev.sallyport.mcp.http;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import java.util.function.Supplier;

/**
 * Tells clients in sessions of requests of theirs that a policy holds, by an elicitation. It is a
 * notice: who takes it waits for what another decides, and who does not withdraws the request.
 * Nothing that is answered to it approves anything. Source: MCP 2025-11-25, Elicitation.
 */
final class HeldNotices {
  private static final String ID = "elicitationId";
  private static final String ELICIT = "elicitation/create";

  private final HeldWaits waits;
  private final HeldRequests held;

  HeldNotices(HeldWaits waits, HeldRequests held) {
    this.waits = waits;
    this.held = held;
  }

  /**
   * The answer to a request, which is made once more if it was held and then decided.
   *
   * @throws Refusal with APPROVAL_REQUIRED if it still waits, with APPROVAL_WITHDRAWN if the client
   *     withdrew it
   */
  ServerAnswer answer(Exchange exchange, Conversation conversation, Supplier<ServerAnswer> ask) {
    try {
      return ask.get();
    } catch (Refusal refusal) {
      var waiting = refusal.approval();
      if (waiting.isEmpty()) {
        throw refusal;
      }
      var notice = held.notice(conversation.client().capabilities(), waiting.get());
      if (notice.isEmpty()) {
        throw refusal;
      }
      var told = notice.get();
      try {
        var said = conversation.cancellation().during(() -> conversation.ask(ELICIT, told));
        requireDecided(exchange, conversation, said, refusal);
        if (told.has(ID)) {
          conversation.completed(Json.object().set(ID, told.get(ID)));
        }
      } catch (CallCancelledException e) {
        return new ServerAnswer.Cancelled(e.why());
      }
      return ask.get();
    }
  }

  /** Waits for a decision as the client wishes; the store is never cut off meanwhile. */
  private void requireDecided(
      Exchange exchange, Conversation conversation, ClientAnswer said, Refusal refusal) {
    if (!(said instanceof ClientAnswer.Given(var result))) {
      throw refusal;
    }
    var id = refusal.approval().orElseThrow().id();
    var owner = exchange.caller().principal().owner();
    if (HeldWaits.isUnwanted(result)) {
      throw waits.withdrawn(owner, id).orElse(refusal);
    }
    boolean waitsForIt = HeldWaits.isWanted(result);
    if (!waitsForIt || !waits.isDecided(owner, id, conversation.cancellation())) {
      throw refusal;
    }
  }
}
