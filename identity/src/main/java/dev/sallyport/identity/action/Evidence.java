package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Held;

/**
 * Where every attempt is written down. Each method returns once its record is durable.
 *
 * <p>Every method throws {@link Refusal} with {@link RefusalCode#EVIDENCE_UNAVAILABLE} if the
 * record cannot be made durable: then nothing may go on.
 */
public interface Evidence {
  /** Writes that an allowed action is about to be done. */
  Entry begin(CallId callId, Action action, Allowed decision);

  /** Writes that an action was denied. */
  void denied(CallId callId, Action action, Denied decision);

  /**
   * Writes that an action waits for a person's approval.
   *
   * @param approval names the approval
   */
  void held(CallId callId, Action action, Held decision, CallId approval);

  /**
   * Writes how a held action ended that never went on.
   *
   * @param approval the attempt at which it was held first
   */
  void lapsed(CallId approval, Outcome.Refused outcome, ObjectNode facts);

  /**
   * Writes something that is not an attempt at an action, such as a refused authentication.
   *
   * @param type a stable name such as {@code authentication.refused}
   */
  void event(String type, ObjectNode facts);

  /** An attempt under way. */
  interface Entry {
    /** Writes how it ended. */
    void end(Outcome outcome, ObjectNode facts);
  }
}
