package dev.sallyport.identity.action;

import static dev.sallyport.identity.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.Decision.Approval;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.identity.testing.RecordingEvidence.Waits;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R13: how actions that a policy holds go on, or do not. */
class HeldActionsTest {
  private static final Action ACTION = action();
  private static final CallId FIRST = new CallId("first");
  private static final Instant LATER = TestingClock.START.plusSeconds(900);
  private static final Answer.Waiting WAITING =
      new Answer.Waiting(FIRST, LATER, Duration.ofSeconds(5));

  private final TestingClock clock = new TestingClock();
  private final RecordingEvidence evidence = new RecordingEvidence();
  private final List<Outcome> heard = new ArrayList<>();

  @Test
  void doesNothingWhileAnActionWaitsAndSaysForWhat() {
    assertThatThrownBy(() -> perform(answering(WAITING)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.APPROVAL_REQUIRED);
              assertThat(refusal.approval()).contains(WAITING);
              assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(5));
              assertThat(refusal.callId())
                  .contains(evidence.records(Waits.class).getFirst().callId());
            });

    assertThat(evidence.records()).hasSize(1);
    assertThat(evidence.records(Waits.class).getFirst().approval()).isEqualTo(FIRST);
    assertThat(heard).containsExactly(new Outcome.Refused(RefusalCode.APPROVAL_REQUIRED));
  }

  @Test
  void takesAnApprovedActionToItsEndAndSaysInItsIntentWhoApproved() {
    var approval = new Approval(FIRST, "sallyport:admin");

    assertThat(perform(answering(new Answer.Approved(approval)))).isEqualTo("done");

    assertThat(evidence.records(Begun.class).getFirst().decision().approval()).contains(approval);
    assertThat(evidence.outcomes()).containsExactly(new Outcome.Succeeded());
  }

  @Test
  void deniesARejectedActionOnRecord() {
    assertRefused(
        RefusalCode.APPROVAL_REJECTED, () -> perform(answering(new Answer.Rejected(FIRST))));

    assertThat(evidence.records(Refused.class))
        .extracting(refused -> refused.decision().refusal())
        .containsExactly(RefusalCode.APPROVAL_REJECTED);
  }

  @Test
  void deniesOnRecordWhatCannotBeLookedUpOrAskedFor() {
    assertRefused(
        RefusalCode.RATE_LIMITED,
        () ->
            perform((_, _, _, _) -> {
              throw new Refusal(RefusalCode.RATE_LIMITED, "Too many.");
            }));
    assertRefused(
        RefusalCode.INTERNAL,
        () ->
            perform((_, _, _, _) -> {
              throw new IllegalStateException("secret of the store");
            }));
    assertRefused(RefusalCode.UNAVAILABLE, () -> perform(Approvals.none()));

    assertThat(evidence.records(Refused.class)).hasSize(3);
    assertThat(evidence.records()).hasSize(3);
  }

  @Test
  void deniesOnRecordWhatWasApprovedAndNeverCounted() {
    var approved = new Answer.Approved(new Approval(FIRST, "sallyport:admin"));

    assertRefused(RefusalCode.INTERNAL, () -> perform((_, _, _, _) -> approved));

    assertThat(evidence.records(Refused.class)).hasSize(1);
  }

  @Test
  void tellsNobodyToWaitForWhatIsNotOnRecord() {
    evidence.fail(true);

    assertRefused(RefusalCode.EVIDENCE_UNAVAILABLE, () -> perform(answering(WAITING)));
  }

  @Test
  void doesNothingWithAnApprovalIfTheIntentIsNotOnRecord() {
    evidence.fail(true);
    var approved = new Answer.Approved(new Approval(FIRST, "sallyport:admin"));

    assertRefused(RefusalCode.EVIDENCE_UNAVAILABLE, () -> perform(answering(approved)));
  }

  @Test
  void asksNobodyToApproveWhatIsRefusedAnyway() {
    var path =
        path(
            FixedAuthority.holdingAll(),
            (_, _, _, _) -> {
              throw new AssertionError("asked");
            });

    var told = path.refuse(ACTION, new Refusal(RefusalCode.MALFORMED_REQUEST));

    assertThat(told.code()).isEqualTo(RefusalCode.MALFORMED_REQUEST);
    assertThat(told.callId()).isPresent();
    assertThat(evidence.records(Refused.class))
        .extracting(refused -> refused.decision().reason())
        .containsExactly("refused_before_approval");
  }

  @Test
  void refusesOnRecordWhateverTheDecision() {
    var allowed = path(FixedAuthority.allowingAll(), Approvals.none());
    assertThat(allowed.refuse(ACTION, new Refusal(RefusalCode.MALFORMED_REQUEST)).code())
        .isEqualTo(RefusalCode.MALFORMED_REQUEST);
    assertThat(evidence.records(Ended.class)).hasSize(1);

    var denied = path(FixedAuthority.denyingAll(), Approvals.none());
    assertThat(denied.refuse(ACTION, new Refusal(RefusalCode.MALFORMED_REQUEST)).code())
        .isEqualTo(RefusalCode.UNKNOWN_TOOL);
    assertThat(evidence.records(Refused.class)).hasSize(1);

    evidence.fail(true);
    assertThat(allowed.refuse(ACTION, new Refusal(RefusalCode.MALFORMED_REQUEST)).code())
        .isEqualTo(RefusalCode.EVIDENCE_UNAVAILABLE);
  }

  private String perform(Approvals approvals) {
    return path(FixedAuthority.holdingAll(), approvals)
        .perform(ACTION, _ -> Performed.succeeded("done"));
  }

  private ActionPath path(Authority authority, Approvals approvals) {
    return new ActionPath(
        authority, evidence, approvals, clock, (_, outcome, _) -> heard.add(outcome));
  }

  static Approvals answering(Answer answer) {
    return (_, _, _, gate) -> {
      assertThat(gate.open()).isTrue();
      return answer;
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
        List.of(),
        Optional.of("digest"));
  }
}
