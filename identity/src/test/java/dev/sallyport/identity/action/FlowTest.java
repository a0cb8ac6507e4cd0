package dev.sallyport.identity.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sallyport.identity.AuthenticationMethod;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.Decision.Approval;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.identity.testing.Refusals;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the labels of data say is decided where everything else is decided. */
class FlowTest {
  private static final Rule RULE = new Rule("ToolContract/mail", "v1", "/spec/args/to");
  private static final Remedy REMEDY = new Remedy("ask_person", "/to", "Ask.");
  private static final Flow HELD = new Flow.Held(RULE, List.of(REMEDY));
  private static final Flow STOPPED =
      new Flow.Stopped(RULE, "readers_do_not_cover", List.of(REMEDY));
  private static final Answer.Waiting WAITING =
      new Answer.Waiting(
          new CallId("first"), TestingClock.START.plusSeconds(900), Duration.ofSeconds(5));

  private final RecordingEvidence evidence = new RecordingEvidence();

  @Test
  void stopsAnAllowedActionOnRecordAndSaysWhatCanBeDone() {
    assertThatThrownBy(() -> perform(FixedAuthority.allowingAll(), WAITING, _ -> STOPPED))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.FLOW_REFUSED);
              assertThat(refusal.remedies()).containsExactly(REMEDY);
              assertThat(refusal.callId()).isPresent();
            });

    assertThat(evidence.records(Refused.class))
        .extracting(Refused::decision)
        .containsExactly(
            new Decision.Denied(
                RefusalCode.FLOW_REFUSED,
                "readers_do_not_cover",
                Optional.of(RULE),
                List.of(REMEDY),
                Optional.empty(),
                Decision.Grounds.NONE));
    assertThat(evidence.records(Begun.class)).isEmpty();
  }

  @Test
  void holdsAnAllowedActionByTheRuleOfItsContract() {
    assertThatThrownBy(() -> perform(FixedAuthority.allowingAll(), WAITING, _ -> HELD))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.APPROVAL_REQUIRED);
              assertThat(refusal.approval()).contains(WAITING);
              assertThat(refusal.remedies()).containsExactly(REMEDY);
            });

    var approved = new Answer.Approved(new Approval(new CallId("first"), "sallyport:admin"));
    assertThat(perform(FixedAuthority.allowingAll(), approved, _ -> HELD)).isEqualTo("done");
    assertThat(evidence.records(Begun.class).getFirst().decision().by()).isEqualTo(RULE);
  }

  @Test
  void stopsEvenWhatAPersonWouldApprove() {
    var approved = new Answer.Approved(new Approval(new CallId("first"), "sallyport:admin"));

    assertRefused(RefusalCode.FLOW_REFUSED, FixedAuthority.holdingAll(), approved, _ -> STOPPED);
  }

  @Test
  void deniesWhatCannotBeLookedAt() {
    assertRefused(
        RefusalCode.INTERNAL,
        FixedAuthority.allowingAll(),
        WAITING,
        _ -> {
          throw new IllegalStateException("no label");
        });
  }

  @Test
  void looksAtNothingThatItsPolicyDenies() {
    assertRefused(
        RefusalCode.UNKNOWN_TOOL,
        FixedAuthority.denyingAll(),
        WAITING,
        _ -> {
          throw new AssertionError("it was looked at");
        });
  }

  private void assertRefused(
      RefusalCode code, Authority authority, Answer answer, Flow.Check flow) {
    Refusals.assertRefused(code, () -> perform(authority, answer, flow));
  }

  private String perform(Authority authority, Answer answer, Flow.Check flow) {
    var path =
        new ActionPath(
            authority,
            evidence,
            HeldActionsTest.answering(answer),
            new TestingClock(),
            (_, _, _) -> {});
    return path.perform(action(flow), _ -> Performed.succeeded("done"));
  }

  private static Action action(Flow.Check flow) {
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
        Optional.of("digest"),
        flow);
  }
}
