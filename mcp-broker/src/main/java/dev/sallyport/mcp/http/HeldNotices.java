package dev.sallyport.mcp.http;

import dev.sallyport.identity.action.Approvals;
import dev.sallyport.identity.action.Approvals.Answer.Waiting;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tells clients in sessions of requests of theirs that a policy holds, by an elicitation. It is a
 * notice: who takes it waits for what another decides, and who does not withdraws the request.
 * Nothing that is answered to it approves anything. Source: MCP 2025-11-25, Elicitation.
 */
final class HeldNotices {
  /** Less than clients commonly wait for an answer. */
  static final Duration PATIENCE = Duration.ofSeconds(45);

  /** How often it is looked whether the client is still there. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final String ID = "elicitationId";
  private static final String ELICIT = "elicitation/create";

  private final Approvals approvals;
  private final HeldRequests held;
  private final Duration patience;

  /**
   * Notices.
   *
   * @param patience how long a client that knows waits for a decision before it is told to come
   *     again
   */
  HeldNotices(Approvals approvals, HeldRequests held, Duration patience) {
    this.approvals = approvals;
    this.held = held;
    this.patience = patience;
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
        requireDecided(exchange, conversation, waiting.get(), said, refusal);
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
      Exchange exchange,
      Conversation conversation,
      Waiting waiting,
      ClientAnswer said,
      Refusal refusal) {
    switch (action(said)) {
      case "accept" -> {
        if (!isDecided(waiting, conversation.cancellation())) {
          throw refusal;
        }
      }
      case "decline", "cancel" -> {
        boolean withdrawn = approvals.withdraw(waiting.id(), exchange.caller().principal().owner());
        throw withdrawn ? Refusal.withdrawn(waiting) : refusal;
      }
      default -> throw refusal;
    }
  }

  private static String action(ClientAnswer answer) {
    return answer instanceof ClientAnswer.Given(var result) ? result.path("action").asText() : "";
  }

  private boolean isDecided(Waiting waiting, Cancellation cancellation) {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      for (long left = patience.toNanos(); left > 0; left = deadline - System.nanoTime()) {
        var look = Duration.ofNanos(Math.min(left, LOOK.toNanos()));
        if (approvals.awaitDecision(waiting.id(), look)) {
          return true;
        }
        var why = cancellation.why();
        if (why.isPresent()) {
          throw new CallCancelledException(why.get());
        }
      }
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UNAVAILABLE);
    }
  }
}
