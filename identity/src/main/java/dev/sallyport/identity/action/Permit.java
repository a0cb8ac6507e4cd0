package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Proof that one action was allowed and that its intent is durable. Only {@link ActionPath} makes
 * one, and it ends with the effect that it was made for; a credential is lent against nothing else.
 */
public final class Permit {
  private final CallId callId;
  private final Action action;
  private final Decision.Allowed decision;
  private final ObjectNode facts = JsonNodeFactory.instance.objectNode();
  private volatile boolean open = true;

  Permit(CallId callId, Action action, Decision.Allowed decision) {
    this.callId = callId;
    this.action = action;
    this.decision = decision;
  }

  public CallId callId() {
    return callId;
  }

  public Action action() {
    return action;
  }

  public Decision.Allowed decision() {
    return decision;
  }

  /** Whether the effect is still under way. */
  public boolean isOpen() {
    return open;
  }

  /**
   * What the outcome's record is to say beside how it ended, such as counts of bytes and tokens:
   * facts about the call, never its content. Not thread-safe: for the thread of the effect.
   */
  public ObjectNode facts() {
    return facts;
  }

  void close() {
    open = false;
  }
}
