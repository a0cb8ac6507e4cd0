package dev.sallyport.identity.action;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ActionPathTest {
  private static final Action ACTION = action();

  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final List<Outcome> heard = new ArrayList<>();
  private final ActionPath path = path(FixedAuthority.allowingAll());

  @Test
  void writesTheIntentBeforeTheEffectAndTheOutcomeBeforeTheAnswer() {
    var answer =
        path.perform(
            ACTION,
            permit -> {
              assertThat(evidence.records()).hasSize(1).first().isInstanceOf(Begun.class);
              assertThat(permit.isOpen()).isTrue();
              assertThat(permit.action()).isSameAs(ACTION);
              permit.facts().put("bytes", 7);
              clock.advance(Duration.ofMillis(3));
              return Performed.succeeded("answer");
            });

    assertThat(answer).isEqualTo("answer");
    var begun = evidence.records(Begun.class).getFirst();
    var ended = evidence.records(Ended.class).getFirst();
    assertThat(ended.callId()).isEqualTo(begun.callId());
    assertThat(ended.outcome()).isEqualTo(new Outcome.Succeeded());
    assertThat(ended.facts()).hasToString("{\"bytes\":7,\"micros\":3000}");
    assertThat(heard).containsExactly(new Outcome.Succeeded());
  }

  @Test
  void givesAnAnswerThatSaysThatTheToolFailed() {
    assertThat(path.<String>perform(ACTION, _ -> new Performed<>("no", new Outcome.ToolFailed())))
        .isEqualTo("no");
    assertThat(evidence.outcomes()).containsExactly(new Outcome.ToolFailed());
  }

  @Test
  void recordsADenialAndNeverRunsTheEffect() {
    var ran = new AtomicReference<Permit>();
    var denying = path(FixedAuthority.denyingAll());

    assertRefused(RefusalCode.UNKNOWN_TOOL, () -> denying.perform(ACTION, keep(ran)));
    assertThat(ran.get()).isNull();
    assertThat(evidence.records(RecordingEvidence.Refused.class))
        .extracting(refused -> refused.decision().reason())
        .containsExactly("no_grant");
    assertThat(heard).containsExactly(new Outcome.Refused(RefusalCode.UNKNOWN_TOOL));
  }

  @Test
  void deniesWhenTheAuthorityBreaks() {
    var broken =
        path(
            FixedAuthority.allowingWhere((_, _) -> {
              throw new IllegalStateException("secret of the authority");
            }));

    assertRefused(RefusalCode.INTERNAL, () -> broken.perform(ACTION, _ -> Performed.succeeded(1)));
    assertThat(evidence.records(RecordingEvidence.Refused.class))
        .extracting(refused -> refused.decision().reason())
        .containsExactly("error");
  }

  @Test
  void recordsARefusalOfTheEffectAndPassesItOn() {
    assertRefused(
        RefusalCode.UPSTREAM_TIMEOUT,
        () ->
            path.perform(
                ACTION,
                _ -> {
                  throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
                }));
    assertThat(evidence.outcomes())
        .containsExactly(new Outcome.Refused(RefusalCode.UPSTREAM_TIMEOUT));
    assertThat(heard).containsExactly(new Outcome.Refused(RefusalCode.UPSTREAM_TIMEOUT));
  }

  @Test
  void recordsACrashByItsKindAndTellsTheCallerNothingOfIt() {
    assertThatThrownBy(() ->
            path.perform(
                ACTION,
                _ -> {
                  throw new IllegalStateException("canary");
                }))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.INTERNAL))
        .hasMessageNotContaining("canary");
    assertThat(evidence.outcomes()).containsExactly(new Outcome.Failed("IllegalStateException"));
    assertThat(heard).containsExactly(new Outcome.Failed("IllegalStateException"));
  }

  @Test
  void recordsAnErrorOfTheMachineAndLetsItThrough() {
    var error = new StackOverflowError();
    assertThatThrownBy(() ->
            path.perform(
                ACTION,
                _ -> {
                  throw error;
                }))
        .isSameAs(error);
    assertThat(evidence.outcomes()).containsExactly(new Outcome.Failed("StackOverflowError"));
    assertThat(heard).containsExactly(new Outcome.Failed("StackOverflowError"));
  }

  @Test
  void closesThePermitWhateverHappens() {
    var kept = new AtomicReference<Permit>();
    path.perform(ACTION, keep(kept));
    assertThat(kept.get().isOpen()).isFalse();

    for (var thrown : List.of(new Refusal(RefusalCode.UNAVAILABLE), new IllegalStateException())) {
      assertThatThrownBy(() ->
              path.perform(
                  ACTION,
                  permit -> {
                    kept.set(permit);
                    throw thrown;
                  }))
          .isInstanceOf(Refusal.class);
      assertThat(kept.get().isOpen()).isFalse();
    }
  }

  @Test
  void runsNoEffectWhoseIntentCannotBeRecorded() {
    var ran = new AtomicReference<Permit>();
    evidence.fail(true);

    assertRefused(RefusalCode.EVIDENCE_UNAVAILABLE, () -> path.perform(ACTION, keep(ran)));
    assertThat(ran.get()).isNull();
    assertThat(heard).containsExactly(new Outcome.Refused(RefusalCode.EVIDENCE_UNAVAILABLE));
  }

  @Test
  void keepsBackAnAnswerWhoseOutcomeCannotBeRecorded() {
    assertRefused(
        RefusalCode.EVIDENCE_UNAVAILABLE,
        () ->
            path.perform(
                ACTION,
                _ -> {
                  evidence.fail(true);
                  return Performed.succeeded("answer");
                }));
    assertThat(heard).containsExactly(new Outcome.Refused(RefusalCode.EVIDENCE_UNAVAILABLE));
  }

  @Test
  void tellsACallerWhoIsDeniedNothingElseIfThatCannotBeRecorded() {
    evidence.fail(true);
    var denying = path(FixedAuthority.denyingAll());

    assertRefused(
        RefusalCode.EVIDENCE_UNAVAILABLE,
        () -> denying.perform(ACTION, _ -> Performed.succeeded(1)));
    assertThat(heard).containsExactly(new Outcome.Refused(RefusalCode.EVIDENCE_UNAVAILABLE));
  }

  @Test
  void keepsTheErrorOfTheMachineIfItsOutcomeCannotBeRecordedEither() {
    var error = new StackOverflowError();
    assertThatThrownBy(() ->
            path.perform(
                ACTION,
                _ -> {
                  evidence.fail(true);
                  throw error;
                }))
        .isSameAs(error)
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
    assertThat(heard).hasSize(1);
  }

  @Test
  void answersEvenIfTheListenerBreaks() {
    var deaf =
        new ActionPath(
            FixedAuthority.allowingAll(),
            evidence,
            clock,
            (_, _, _) -> {
              throw new IllegalStateException();
            });
    assertThat(deaf.<String>perform(ACTION, _ -> Performed.succeeded("answer")))
        .isEqualTo("answer");
  }

  @Test
  void recordsNoTimeIfTheClockWentBack() {
    path.perform(
        ACTION,
        _ -> {
          clock.advance(Duration.ofSeconds(-5));
          return Performed.succeeded(1);
        });
    assertThat(evidence.records(Ended.class).getFirst().facts()).hasToString("{\"micros\":0}");
  }

  @Test
  void namesTheAttemptInEveryRefusal() {
    for (var refused : List.<ThrowingCallable>of(this::refuse, this::crash, this::deny)) {
      assertThatThrownBy(refused)
          .isInstanceOfSatisfying(
              Refusal.class, refusal -> assertThat(refusal.callId()).isPresent());
    }
    evidence.fail(true);
    assertThatThrownBy(this::refuse)
        .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.callId()).isPresent());
  }

  @Test
  void namesEachAttemptAnewAndInTheOrderOfTime() {
    path.perform(ACTION, _ -> Performed.succeeded(1));
    clock.advance(Duration.ofMillis(1));
    path.perform(ACTION, _ -> Performed.succeeded(2));

    assertThat(evidence.records(Begun.class))
        .extracting(begun -> begun.callId().value())
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab].{3}-.{12}"));
  }

  private void refuse() {
    path.perform(
        ACTION,
        _ -> {
          throw new Refusal(RefusalCode.UNAVAILABLE);
        });
  }

  private void crash() {
    path.perform(
        ACTION,
        _ -> {
          throw new IllegalStateException();
        });
  }

  private void deny() {
    path(FixedAuthority.denyingAll()).perform(ACTION, _ -> Performed.succeeded(1));
  }

  private ActionPath path(Authority authority) {
    return new ActionPath(authority, evidence, clock, (_, outcome, _) -> heard.add(outcome));
  }

  private static Effect<String> keep(AtomicReference<Permit> permits) {
    return permit -> {
      permits.set(permit);
      return Performed.succeeded("answer");
    };
  }

  private static Action action() {
    var principal =
        new Principal(
            new PrincipalId("spiffe://prod/agent/a"),
            AuthenticationMethod.JWT_SVID,
            "prod",
            Instant.MAX);
    var turn = new Turn(new TurnId("turn_" + "a".repeat(26)), principal.id(), Instant.EPOCH);
    return new Action(
        new Caller(principal, turn, Door.MCP),
        new Target.Tool("s", "t"),
        JsonNodeFactory.instance.objectNode(),
        new byte[0],
        List.of());
  }
}
