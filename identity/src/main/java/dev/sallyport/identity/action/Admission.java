package dev.sallyport.identity.action;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Counts one action that goes on, unless a limit is reached. For one thread. */
final class Admission implements Approvals.Gate {
  private static final Logger LOG = System.getLogger(Admission.class.getName());

  private final Authority authority;
  private final InstantSource clock;
  private final CallId callId;
  private final Action action;
  private final Decision decision;
  private Decision.Denied refusal;
  private Optional<Instant> countedAt = Optional.empty();

  /**
   * An admission that was not asked for yet.
   *
   * @param by the rule by which the action may go on
   */
  Admission(
      Authority authority,
      InstantSource clock,
      CallId callId,
      Action action,
      Decision decision,
      Decision.Rule by) {
    this.authority = authority;
    this.clock = clock;
    this.callId = callId;
    this.action = action;
    this.decision = decision;
    this.refusal = new Decision.Denied(RefusalCode.INTERNAL, "error", Optional.of(by));
  }

  @Override
  public boolean open() {
    var now = clock.instant();
    try {
      var refused = authority.admit(action, decision, now);
      countedAt = refused.isEmpty() ? Optional.of(now) : Optional.empty();
      refusal = refused.orElse(refusal);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "call " + callId + " could not be counted", e);
    }
    return isOpen();
  }

  @Override
  public void close() {
    countedAt.ifPresent(at -> authority.takeBack(action, decision, at));
    countedAt = Optional.empty();
  }

  /** Whether the action goes on. */
  boolean isOpen() {
    return countedAt.isPresent();
  }

  /** Why it does not. */
  Decision.Denied refusal() {
    return refusal;
  }
}
