package dev.sallyport.identity.action;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Decision.Approval;
import dev.sallyport.identity.action.Decision.Held;
import java.time.Duration;
import java.time.Instant;

/**
 * What persons decided of the actions that policies hold. Thread-safe.
 *
 * <p>An approval is for one action: this caller, target, arguments and all else that is sent, the
 * definition under which the target is called, and the rule of the policy that holds it. It is used
 * up once.
 */
public interface Approvals {
  /**
   * Uses up the approval of exactly this action, or else asks for one. What it says is durable by
   * then.
   *
   * @param attempt names the approval, if the action is held for the first time
   * @param gate is opened before an approval is used up, and stays open if it was
   * @throws Refusal if neither can be done
   */
  Answer redeem(CallId attempt, Action action, Held held, Gate gate);

  /** What an approved action has to pass, too. */
  interface Gate {
    /** Lets the action on, unless it must not go on: then its approval is to be left as it is. */
    boolean open();

    /** Takes back that the action was let on, since its approval was used up by another. */
    void close();
  }

  /**
   * Waits until a person has decided, or the action does not wait any more for another reason.
   *
   * @return whether that is so; not if the time was over first
   */
  default boolean awaitDecision(CallId id, Duration longest) throws InterruptedException {
    return false;
  }

  /**
   * Has an action not wait any more, as its caller wishes.
   *
   * @return whether it did; not if it is another's, went on, was rejected or is over
   */
  default boolean withdraw(CallId id, Owner caller) {
    return false;
  }

  /** Whether an action was taken back by its caller. */
  default boolean isWithdrawn(CallId id) {
    return false;
  }

  /** Of a gateway in which nobody can approve anything: what is held does not go on. */
  static Approvals none() {
    return (_, _, _, _) -> {
      throw new Refusal(RefusalCode.UNAVAILABLE);
    };
  }

  /** How it stands with one action. */
  sealed interface Answer {
    /** It was approved, the gate is open, and that approval is used up now. */
    record Approved(Approval approval) implements Answer {}

    /** It was approved, and the gate did not open. */
    record Stopped() implements Answer {}

    /**
     * It waits for a person.
     *
     * @param expiresAt the first moment at which it does not wait any more
     * @param retryAfter when it is worth to ask again
     */
    record Waiting(CallId id, Instant expiresAt, Duration retryAfter) implements Answer {}

    /** A person rejected it. */
    record Rejected(CallId id) implements Answer {}
  }
}
