package dev.sallyport.identity.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Decision.Allowed;
import dev.sallyport.identity.action.Decision.Denied;
import dev.sallyport.identity.action.Decision.Held;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one way every action goes, by whatever door it came in.
 *
 * <p>It is decided, and where a policy holds it, a person's approval is used up; its intent is made
 * durable; it is done; its outcome is made durable; only then is the answer given back. What a
 * module does in between (lend, call, redact, quarantine) is an {@link Effect}, which runs on the
 * caller's thread. Thread-safe.
 */
public final class ActionPath {
  private static final Logger LOG = System.getLogger(ActionPath.class.getName());

  private final Authority authority;
  private final Evidence evidence;
  private final Approvals approvals;
  private final InstantSource clock;
  private final ActionListener listener;
  private final SecureRandom random = new SecureRandom();
  private final Set<Permit> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicLong reviews = new AtomicLong();

  /** A way on which nobody can approve what is held. */
  public ActionPath(
      Authority authority, Evidence evidence, InstantSource clock, ActionListener listener) {
    this(authority, evidence, Approvals.none(), clock, listener);
  }

  public ActionPath(
      Authority authority,
      Evidence evidence,
      Approvals approvals,
      InstantSource clock,
      ActionListener listener) {
    this.authority = authority;
    this.evidence = evidence;
    this.approvals = approvals;
    this.clock = clock;
    this.listener = listener;
  }

  /** The authority that decides here, for lists of what a principal may see. */
  public Authority authority() {
    return authority;
  }

  /** What persons decided of what is held here. */
  public Approvals approvals() {
    return approvals;
  }

  /** Gives up what is under way and would be denied now. To be called when policies changed. */
  public void review() {
    reviews.incrementAndGet();
    underWay.forEach(this::review);
  }

  private void review(Permit permit) {
    boolean allowed;
    try {
      allowed = authority.stillAllows(permit.action(), permit.decision());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "call " + permit.callId() + " could not be decided again", e);
      allowed = false;
    }
    if (!allowed) {
      permit.action().caller().presence().cancellation().cancel(Why.POLICY_REVOKED);
    }
  }

  /**
   * Takes an action to its end.
   *
   * @return the effect's answer, once its outcome is durable
   * @throws Refusal if the action is denied, cannot be recorded, or cannot be done
   */
  public <T> T perform(Action action, Effect<T> effect) {
    var started = clock.instant();
    var callId = CallId.create(started, random);
    long decidedAt = reviews.get();
    var allowed =
        switch (decide(callId, action)) {
          case Denied denied -> throw deny(callId, action, started, denied);
          case Held held -> redeem(callId, action, started, held);
          case Allowed granted -> admit(callId, action, started, granted);
        };
    var entry = record(callId, action, started, () -> evidence.begin(callId, action, allowed));
    var permit = new Permit(callId, action, allowed);
    underWay.add(permit);
    if (reviews.get() != decidedAt) {
      review(permit); // nobody else has, since policies changed
    }
    var ended = attempt(permit, effect);
    end(entry, ended, permit, started);
    tell(action, ended.outcome(), started);
    return ended.answer().get();
  }

  /**
   * Refuses an action that nothing is done for, on record like any other. Nobody is asked to
   * approve it, and no approval is used up.
   *
   * @return what the caller is told: another reason if it may not do this at all
   */
  public Refusal refuse(Action action, Refusal refusal) {
    var started = clock.instant();
    var callId = CallId.create(started, random);
    try {
      return switch (decide(callId, action)) {
        case Denied denied -> deny(callId, action, started, denied);
        case Held held ->
            deny(
                callId,
                action,
                started,
                new Denied(refusal.code(), "refused_before_approval", Optional.of(held.by()))
                    .on(held.grounds()),
                refusal);
        case Allowed allowed -> {
          var entry =
              record(callId, action, started, () -> evidence.begin(callId, action, allowed));
          var permit = new Permit(callId, action, allowed);
          Ended<Refusal> ended =
              attempt(
                  permit,
                  _ -> {
                    throw refusal;
                  });
          end(entry, ended, permit, started);
          tell(action, ended.outcome(), started);
          yield refusal.of(callId);
        }
      };
    } catch (Refusal unrecorded) {
      return unrecorded;
    }
  }

  /** Counts an action that goes on, or ends here if that would be one too many. */
  private Allowed admit(CallId callId, Action action, Instant started, Allowed allowed) {
    var admission = new Admission(authority, clock, callId, action, allowed, allowed.by());
    if (!admission.open()) {
      throw deny(callId, action, started, admission.refusal());
    }
    return allowed;
  }

  private Refusal deny(CallId callId, Action action, Instant started, Denied denied) {
    var told = told(denied).remedies(denied.remedies());
    return deny(
        callId, action, started, denied, denied.retryAfter().map(told::retryAfter).orElse(told));
  }

  private static Refusal told(Denied denied) {
    return denied.refusal() == RefusalCode.INSUFFICIENT_SCOPE
            || denied.refusal() == RefusalCode.INSUFFICIENT_USER_AUTHENTICATION
        ? Refusal.demanding(denied.refusal(), denied.grounds().demand())
        : new Refusal(denied.refusal());
  }

  private Refusal deny(CallId callId, Action action, Instant started, Denied denied, Refusal told) {
    record(callId, action, started, () -> evidence.denied(callId, action, denied));
    tell(action, new Outcome.Refused(denied.refusal()), started);
    return told.of(callId);
  }

  /**
   * Goes on with an approval that was given for this action, or ends here. It is counted before its
   * approval is used up, so that what a limit stops can go on later.
   */
  private Allowed redeem(CallId callId, Action action, Instant started, Held held) {
    var admission = new Admission(authority, clock, callId, action, held, held.by());
    return switch (ask(callId, action, started, held, admission)) {
      case Answer.Approved(var approval) when admission.isOpen() -> held.with(approval);
      case Answer.Approved _, Answer.Stopped _ ->
          throw deny(callId, action, started, admission.refusal());
      case Answer.Waiting waiting -> {
        record(callId, action, started, () -> evidence.held(callId, action, held, waiting.id()));
        tell(action, new Outcome.Refused(RefusalCode.APPROVAL_REQUIRED), started);
        throw Refusal.awaiting(waiting).remedies(held.remedies()).of(callId);
      }
      case Answer.Rejected _ ->
          throw deny(callId, action, started, denied(held, RefusalCode.APPROVAL_REJECTED));
    };
  }

  private Answer ask(
      CallId callId, Action action, Instant started, Held held, Admission admission) {
    try {
      return approvals.redeem(callId, action, held, admission);
    } catch (Refusal refusal) {
      throw deny(callId, action, started, denied(held, refusal.code()), refusal);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the approval of call " + callId + " could not be looked up", e);
      throw deny(callId, action, started, denied(held, RefusalCode.INTERNAL));
    }
  }

  private static Denied denied(Held held, RefusalCode code) {
    return new Denied(code, "not_approved", Optional.of(held.by())).on(held.grounds());
  }

  private Decision decide(CallId callId, Action action) {
    try {
      return switch (authority.decide(action)) {
        case Denied denied -> denied;
        case Allowed allowed -> decideFlow(action, allowed);
        case Held held -> decideFlow(action, held);
      };
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "call " + callId + " could not be decided", e);
      return new Denied(RefusalCode.INTERNAL, "error", Optional.empty());
    }
  }

  private static Decision decideFlow(Action action, Allowed allowed) {
    return switch (action.flow().check(allowed.by())) {
      case Flow.Free _ -> allowed;
      case Flow.Held(var by, var remedies) ->
          new Held(
              by,
              allowed.resource(),
              allowed.action(),
              allowed.budgets(),
              Held.DEFAULT_LIFE,
              remedies,
              allowed.grounds());
      case Flow.Stopped stopped -> denied(stopped, allowed.grounds());
    };
  }

  /** A person who approves what a policy holds sees what it carries, too: once is enough. */
  private static Decision decideFlow(Action action, Held held) {
    return switch (action.flow().check(held.by())) {
      case Flow.Free _, Flow.Held _ -> held;
      case Flow.Stopped stopped -> denied(stopped, held.grounds());
    };
  }

  private static Denied denied(Flow.Stopped stopped, Decision.Grounds grounds) {
    return new Denied(
        RefusalCode.FLOW_REFUSED,
        stopped.reason(),
        Optional.of(stopped.by()),
        stopped.remedies(),
        Optional.empty(),
        grounds);
  }

  /** Whatever goes wrong with evidence, the call does not go on, and its caller gets no answer. */
  private <T> T record(CallId callId, Action action, Instant started, Given<T> record) {
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

  private <T> Ended<T> attempt(Permit permit, Effect<T> effect) {
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
      underWay.remove(permit);
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
  private record Ended<T>(Outcome outcome, Given<T> answer, Optional<Error> error) {}

  @FunctionalInterface
  private interface Given<T> {
    T get();
  }
}
