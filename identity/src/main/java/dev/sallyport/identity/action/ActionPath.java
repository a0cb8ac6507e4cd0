package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

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
    return switch (decide(callId, action)) {
      case Denied denied -> {
        var outcome = new Outcome.Refused(denied.refusal());
        record(callId, action, started, () -> evidence.denied(callId, action, denied));
        tell(action, outcome, started);
        throw new Refusal(denied.refusal()).of(callId);
      }
      case Allowed allowed -> {
        var entry = record(callId, action, started, () -> evidence.begin(callId, action, allowed));
        var permit = new Permit(callId, action, allowed);
        var ended = attempt(permit, effect);
        end(entry, ended, permit, started);
        tell(action, ended.outcome(), started);
        yield ended.answer().get();
      }
    };
  }

  private Decision decide(CallId callId, Action action) {
    try {
      return authority.decide(action);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "call " + callId + " could not be decided", e);
      return new Denied(RefusalCode.INTERNAL, "error", Optional.empty());
    }
  }

  /** Whatever goes wrong with evidence, the call does not go on, and its caller gets no answer. */
  private <T> T record(CallId callId, Action action, Instant started, Answer<T> record) {
    try {
      return record.get();
    } catch (RuntimeException e) {
      if (!(e instanceof Refusal)) {
        LOG.log(Level.ERROR, "call " + callId + " could not be recorded", e);
      }
      var code = e instanceof Refusal refusal ? refusal.code() : RefusalCode.EVIDENCE_UNAVAILABLE;
      tell(action, new Outcome.Refused(code), started);
      throw new Refusal(code).of(callId);
    }
  }

  private void record(CallId callId, Action action, Instant started, Runnable record) {
    var _ =
        record(
            callId,
            action,
            started,
            () -> {
              record.run();
              return true;
            });
  }

  private <T> void end(Evidence.Entry entry, Ended<T> ended, Permit permit, Instant started) {
    var facts = withDuration(permit.facts(), took(started));
    try {
      record(permit.callId(), permit.action(), started, () -> entry.end(ended.outcome(), facts));
    } catch (Refusal refusal) {
      ended.error().ifPresent(error -> rethrow(error, refusal));
      throw refusal;
    }
  }

  private static void rethrow(Error error, Refusal besides) {
    error.addSuppressed(besides);
    throw error;
  }

  private static <T> Ended<T> attempt(Permit permit, Effect<T> effect) {
    try {
      var performed = effect.run(permit);
      return new Ended<>(performed.outcome(), performed::answer, Optional.empty());
    } catch (Refusal refusal) {
      return new Ended<>(
          new Outcome.Refused(refusal.code()),
          () -> {
            throw refusal.of(permit.callId());
          },
          Optional.empty());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "call " + permit.callId() + " failed", e);
      return new Ended<>(
          failed(e),
          () -> {
            throw new Refusal(RefusalCode.INTERNAL).of(permit.callId());
          },
          Optional.empty());
    } catch (Error e) {
      // Not ours to answer for, such as no memory: recorded, and then passed on.
      return new Ended<>(
          failed(e),
          () -> {
            throw e;
          },
          Optional.of(e));
    } finally {
      permit.close();
    }
  }

  private static Outcome failed(Throwable cause) {
    return new Outcome.Failed(cause.getClass().getSimpleName());
  }

  private void tell(Action action, Outcome outcome, Instant started) {
    try {
      listener.ended(action, outcome, took(started));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a listener of actions failed", e);
    }
  }

  /** Never negative, even if the clock went back. */
  private Duration took(Instant started) {
    var took = Duration.between(started, clock.instant());
    return took.isNegative() ? Duration.ZERO : took;
  }

  private static ObjectNode withDuration(ObjectNode facts, Duration took) {
    return facts.put("micros", took.toNanos() / 1_000);
  }

  /**
   * How an effect ended.
   *
   * @param error what the machine threw, if it did
   */
  private record Ended<T>(Outcome outcome, Answer<T> answer, Optional<Error> error) {}

  @FunctionalInterface
  private interface Answer<T> {
    T get();
  }
}
