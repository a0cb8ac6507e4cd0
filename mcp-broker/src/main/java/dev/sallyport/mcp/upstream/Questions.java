package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.ClientAnswer.Given;
import dev.sallyport.mcp.upstream.ClientAnswer.Refused;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Optional;

/**
 * What a server asks while it works on one request: answered with what the client says, if the
 * client said that it can be asked that. The time that the client takes is not the server's. For
 * the thread of the request.
 */
final class Questions {
  /** The most questions and, for each of them, the most pings besides. */
  static final int MOST = 64;

  private final Conversation conversation;
  private final ClientFace told;
  private final Deadline deadline;
  private final Elicitations elicitations;
  private final Patience patience = new Patience(Patience.LONGEST);
  private int asked;
  private int pinged;

  /**
   * Questions of one request.
   *
   * @param elicitations remembers who is sent to addresses
   */
  Questions(Conversation conversation, Deadline deadline, Elicitations elicitations) {
    this(conversation, conversation.client(), deadline, elicitations);
  }

  /**
   * Questions of one request.
   *
   * @param told as whom the server knows the client, which may be less than it can be asked
   * @param elicitations remembers who is sent to addresses
   */
  Questions(
      Conversation conversation, ClientFace told, Deadline deadline, Elicitations elicitations) {
    this.conversation = conversation;
    this.told = told;
    this.deadline = deadline;
    this.elicitations = elicitations;
  }

  /**
   * The message that answers a question.
   *
   * @throws Refusal with UPSTREAM_MALFORMED if there are too many, with UPSTREAM_TIMEOUT if the
   *     client took too long
   */
  ObjectNode answer(RpcMessage.Request question) {
    if (question.method().equals("ping")) {
      pinged = counted(pinged, MOST * MOST);
      return RpcMessage.response(question.id(), Json.object());
    }
    asked = counted(asked, MOST);
    return switch (said(question)) {
      case Given(var result) -> RpcMessage.response(question.id(), result);
      case Refused(var error) -> RpcMessage.failure(question.id(), error);
    };
  }

  /** Why the client is not asked; empty if it is. */
  Optional<RpcError> refusal(RpcMessage.Request question) {
    var refusal = told.refusal(question.method(), question.params());
    return refusal.isPresent()
        ? refusal
        : conversation.client().refusal(question.method(), question.params());
  }

  private static int counted(int before, int most) {
    if (before == most) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
    return before + 1;
  }

  private ClientAnswer said(RpcMessage.Request question) {
    var method = question.method();
    var params = question.params();
    var refusal = refusal(question);
    if (refusal.isPresent()) {
      return new Refused(refusal.get().toJson());
    }
    elicitations.asked(method, params, conversation);
    return deadline.notCounting(() -> patience.during(() -> conversation.ask(method, params)));
  }
}
