package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The one way every action goes, by whatever door it came in.
 *
 * <p>It is decided; its intent is made durable; it is done; its outcome is made durable; only then
 * is the answer given back. What a module does in between (lend, call, redact, quarantine) is an
 * {@link Effect}, which runs on the caller's thread. Thread-safe.
 */
public final class ActionPath {
  private static final Logger LOG = System.getLogger(ActionPath.class.getName());

  private final Authority authority;
  private final Evidence evidence;
  private final InstantSource clock;
  private final ActionListener listener;
  private final SecureRandom random = new SecureRandom();

  public ActionPath(
      Authority authority, Evidence evidence, InstantSource clock, ActionListener listener) {
    this.authority = authority;
    this.evidence = evidence;
    this.clock = clock;
    this.listener = listener;
  }

  /** The authority that decides here, for lists of what a principal may see. */
  public Authority authority() {
    return authority;
  }

  /**
   * Takes an action to its end.
   *
   * @return the effect's answer, once its outcome is durable
   * @throws Refusal if the action is denied, cannot be recorded, or cannot be done
   */
  public <T> T perform(Action action, Effect<T> effect) {
    var callId = CallId.create(clock, random);
    var started = clock.instant();
    return switch (authority.decide(action)) {
      case Denied denied -> {
        evidence.denied(callId, action, denied);
        var outcome = new Outcome.Refused(denied.refusal());
        listener.ended(action, outcome, Duration.between(started, clock.instant()));
        throw new Refusal(denied.refusal()).of(callId);
      }
      case Allowed allowed -> {
        var entry = evidence.begin(callId, action, allowed);
        var permit = new Permit(callId, action, allowed);
        var ended = attempt(permit, effect);
        var took = Duration.between(started, clock.instant());
        entry.end(ended.outcome(), withDuration(permit.facts(), took));
        listener.ended(action, ended.outcome(), took);
        yield ended.answer().get();
      }
    };
  }

  private static <T> Ended<T> attempt(Permit permit, Effect<T> effect) {
    try {
      var performed = effect.run(permit);
      return new Ended<>(performed.outcome(), performed::answer);
    } catch (Refusal refusal) {
      return new Ended<>(
          new Outcome.Refused(refusal.code()),
          () -> {
            throw refusal.of(permit.callId());
          });
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "call " + permit.callId() + " failed", e);
      return new Ended<>(
          new Outcome.Failed(e.getClass().getSimpleName()),
          () -> {
            throw new Refusal(RefusalCode.INTERNAL).of(permit.callId());
          });
    } finally {
      permit.close();
    }
  }

  private static ObjectNode withDuration(ObjectNode facts, Duration took) {
    return facts.put("micros", took.toNanos() / 1_000);
  }

  private record Ended<T>(Outcome outcome, Answer<T> answer) {}

  @FunctionalInterface
  private interface Answer<T> {
    T get();
  }
}
