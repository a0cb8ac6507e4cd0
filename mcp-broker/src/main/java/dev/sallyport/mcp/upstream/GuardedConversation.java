package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.mcp.wire.RpcError;

/** A conversation whose call takes nobody's place while it waits for what a person says. */
final class GuardedConversation implements Conversation {
  private final Conversation to;
  private final Guard.Place place;
  private boolean asked;

  GuardedConversation(Conversation to, Guard.Place place) {
    this.to = to;
    this.place = place;
  }

  /** Whether anything was asked. */
  boolean hasAsked() {
    return asked;
  }

  @Override
  public ClientAnswer ask(String method, ObjectNode params) {
    asked = true;
    if (!place.beginToWait()) {
      var error = RpcError.of(RpcError.INTERNAL_ERROR, "Too many wait for what a person says");
      return new ClientAnswer.Refused(error.toJson());
    }
    try {
      return to.ask(method, params);
    } finally {
      place.endWaiting();
    }
  }

  @Override
  public ClientFace client() {
    return to.client();
  }

  @Override
  public boolean wantsProgress() {
    return to.wantsProgress();
  }

  @Override
  public void progressed(ObjectNode params) {
    to.progressed(params);
  }

  @Override
  public void logged(ObjectNode params) {
    to.logged(params);
  }

  @Override
  public boolean takesInputRequests() {
    return to.takesInputRequests();
  }

  @Override
  public void brokenOff() {
    to.brokenOff();
  }

  @Override
  public void completed(ObjectNode params) {
    to.completed(params);
  }

  @Override
  public Cancellation cancellation() {
    return to.cancellation();
  }
}
