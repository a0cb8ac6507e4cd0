package dev.sallyport.mcp.approval;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Decision.Held;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.CountingGate;
import dev.sallyport.identity.testing.RecordingEvidence.Lapsed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** R13: what is kept of held calls, and how approvals are used up. */
public class HeldCallsTest extends HeldCallsScene {
  @Test
  void namesAnApprovalAfterTheFirstAttemptAndKeepsTheName() {
    var first = new CallId(UUID.randomUUID().toString());

    var waiting = (Answer.Waiting) calls.redeem(first, action("a"), held(RULE), OPEN);

    assertThat(waiting.id()).isEqualTo(first);
    assertThat(waiting.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(15)));
    clock.advance(Duration.ofMinutes(1));
    assertThat(calls.redeem(next(), action("a"), held(RULE), OPEN)).isEqualTo(waiting);
    assertThat(calls.list(Optional.of(HeldStatus.PENDING))).hasSize(1);
    var kept = calls.get(first.value());
    assertThat(kept.principal()).isEqualTo("spiffe://prod/agent/a");
    assertThat(kept.server()).isEqualTo("crm");
    assertThat(kept.name()).isEqualTo("write");
    assertThat(kept.rule()).isEqualTo(RULE);
  }

  @Test
  void usesAnApprovalUpByOneCall() {
    var id = hold(action("a"));
    calls.approve(id, ADMIN);
    var attempt = next();

    var approved = (Answer.Approved) calls.redeem(attempt, action("a"), held(RULE), OPEN);

    assertThat(approved.approval().id().value()).isEqualTo(id);
    assertThat(approved.approval().by()).isEqualTo("sallyport:admin");
    assertThat(calls.get(id).usedBy()).contains(attempt.value());
    assertThat(calls.redeem(next(), action("a"), held(RULE), OPEN))
        .isInstanceOfSatisfying(
            Answer.Waiting.class, waiting -> assertThat(waiting.id().value()).isNotEqualTo(id));
    assertThat(evidence.records()).isEmpty();
  }

  @Test
  void usesAnApprovalUpOnceHoweverManyAskAtTheSameTime() throws Exception {
    for (int round = 0; round < 5; round++) {
      var action = action("round " + round);
      calls.approve(hold(action), ADMIN);

      var answers = atOnce(() -> calls.redeem(next(), action, held(RULE), OPEN));

      assertThat(answers).filteredOn(Answer.Approved.class::isInstance).hasSize(1);
      assertThat(answers)
          .filteredOn(Answer.Waiting.class::isInstance)
          .hasSize(THREADS - 1)
          .containsOnly(calls.redeem(next(), action, held(RULE), OPEN));
    }
  }

  @Test
  void leavesTheApprovalOfACallThatALimitStops() {
    var id = hold(action("a"));
    calls.approve(id, ADMIN);

    assertThat(calls.redeem(next(), action("a"), held(RULE), new CountingGate(() -> false)))
        .isEqualTo(new Answer.Stopped());

    assertThat(calls.get(id).status()).isEqualTo(HeldStatus.APPROVED);
    assertThat(calls.redeem(next(), action("a"), held(RULE), OPEN))
        .isInstanceOf(Answer.Approved.class);
  }

  @Test
  void letsNobodyOnButTheOneWhoUsesTheApprovalUp() throws Exception {
    for (int round = 0; round < 5; round++) {
      var action = action("round " + round);
      calls.approve(hold(action), ADMIN);
      var gate = CountingGate.opening();

      var _ = atOnce(() -> calls.redeem(next(), action, held(RULE), gate));

      assertThat(gate.passed()).isEqualTo(1);
    }
  }

  @Test
  void letsNobodyOnWhoseApprovalCannotBeUsedUp() {
    calls.approve(hold(action("a")), ADMIN);
    var gate =
        new CountingGate(() -> {
          database.close();
          return true;
        });

    assertThatThrownBy(() -> calls.redeem(next(), action("a"), held(RULE), gate))
        .isInstanceOf(RuntimeException.class);
    assertThat(gate.passed()).isZero();
  }

  @Test
  void holdsTheSameCallOnceHoweverManyMakeItAtTheSameTime() throws Exception {
    var answers = atOnce(() -> calls.redeem(next(), action("a"), held(RULE), OPEN));

    assertThat(Set.copyOf(answers)).hasSize(1);
    assertThat(calls.list(Optional.empty())).hasSize(1);
  }

  @Test
  void takesOneDecisionHoweverManyDecideAtTheSameTime() throws Exception {
    var id = hold(action("a"));

    var decided =
        atOnce(() -> {
          try {
            calls.approve(id, ADMIN);
            return true;
          } catch (Refusal refusal) {
            assertThat(refusal.code()).isEqualTo(RefusalCode.CONFLICT);
            return false;
          }
        });

    assertThat(decided).filteredOn(done -> done).hasSize(1);
  }

  @Test
  void endsWhatNobodyDecidedUnderItsFirstName() throws Exception {
    var id = hold(action("a"));
    clock.advance(Duration.ofMinutes(15));

    calls.sweep();
    calls.sweep();

    assertThat(evidence.records(Lapsed.class)).hasSize(1);
    var lapsed = evidence.records(Lapsed.class).getFirst();
    assertThat(lapsed.approval().value()).isEqualTo(id);
    assertThat(lapsed.outcome()).isEqualTo(new Outcome.Refused(RefusalCode.APPROVAL_EXPIRED));
    assertThat(lapsed.facts().path("principal").asText()).isEqualTo("spiffe://prod/agent/a");
    assertThat(calls.get(id).status()).isEqualTo(HeldStatus.EXPIRED);
    assertThatThrownBy(() -> calls.approve(id, ADMIN)).satisfies(hasCode(RefusalCode.CONFLICT));
  }

  @Test
  void waitsForAsLongAsTheRuleSays() throws Exception {
    var rule = new Held(RULE, "crm", "write", List.of(), Duration.ofMinutes(90));
    var answer = (Answer.Waiting) calls.redeem(next(), action("a"), rule, OPEN);
    assertThat(answer.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(90)));
    clock.advance(Duration.ofMinutes(89));
    calls.sweep();
    calls.approve(answer.id().value(), ADMIN);

    assertThat(calls.redeem(next(), action("a"), rule, OPEN)).isInstanceOf(Answer.Approved.class);
  }

  @Test
  void withdrawsACallForItsOwnCallerAlone() {
    var id = hold(action("a"));
    var own = Owner.alone(new PrincipalId("spiffe://prod/agent/a"));
    calls.approve(id, ADMIN);

    assertThat(
            calls.withdraw(new CallId(id), Owner.alone(new PrincipalId("spiffe://prod/agent/b"))))
        .isFalse();
    assertThat(calls.withdraw(new CallId(id), own)).isTrue();
    assertThat(calls.withdraw(new CallId(id), own)).isFalse();

    assertThat(calls.get(id).status()).isEqualTo(HeldStatus.WITHDRAWN);
    assertThatThrownBy(() -> calls.reject(id, ADMIN)).satisfies(hasCode(RefusalCode.CONFLICT));
    assertThat(((Answer.Waiting) calls.redeem(next(), action("a"), held(RULE), OPEN)).id().value())
        .isNotEqualTo(id);
    assertThat(evidence.records(Lapsed.class))
        .extracting(lapsed -> lapsed.outcome().code())
        .containsExactly(RefusalCode.APPROVAL_WITHDRAWN);
  }

  @Test
  void waitsForADecisionWhicheverReplicaMakesIt() throws Exception {
    var id = new CallId(hold(action("a")));
    var other = heldCalls(HeldCallLimits.DEFAULT);
    assertThat(calls.awaitDecision(id, Duration.ofMillis(1))).isFalse();

    var decided = CompletableFuture.supplyAsync(() -> awaited(id));
    other.approve(id.value(), ADMIN);

    assertThat(decided.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(calls.awaitDecision(id, Duration.ZERO)).isTrue();
  }

  private boolean awaited(CallId id) {
    try {
      return calls.awaitDecision(id, Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void usesNoApprovalThatIsOver() {
    var id = hold(action("a"));
    calls.approve(id, ADMIN);
    clock.advance(Duration.ofMinutes(15));

    var answer = calls.redeem(next(), action("a"), held(RULE), OPEN);

    assertThat(((Answer.Waiting) answer).id().value()).isNotEqualTo(id);
    assertThat(evidence.records(Lapsed.class))
        .extracting(lapsed -> lapsed.approval().value())
        .containsExactly(id);
    assertThat(evidence.records(Lapsed.class).getFirst().facts().path("decided_by").asText())
        .isEqualTo("sallyport:admin");
  }

  @Test
  void holdsAnApprovalUntilTheLastMoment() {
    calls.approve(hold(action("a")), ADMIN);
    clock.advance(Duration.ofMinutes(15).minusNanos(1_000));

    assertThat(calls.redeem(next(), action("a"), held(RULE), OPEN))
        .isInstanceOf(Answer.Approved.class);
  }

  @Test
  void writesTheEndOfACallDownLaterIfEvidenceCouldNotBeWritten() throws Exception {
    var expired = hold(action("a"));
    var rejected = hold(action("b"));
    evidence.fail(true);
    assertThatThrownBy(() -> calls.reject(rejected, ADMIN))
        .satisfies(hasCode(RefusalCode.EVIDENCE_UNAVAILABLE));
    clock.advance(Duration.ofMinutes(15));
    assertThatThrownBy(calls::sweep).satisfies(hasCode(RefusalCode.EVIDENCE_UNAVAILABLE));
    evidence.fail(false);
    clock.advance(Duration.ofMinutes(2));

    calls.sweep();
    calls.sweep();

    assertThat(evidence.records(Lapsed.class))
        .extracting(lapsed -> lapsed.approval().value())
        .containsExactlyInAnyOrder(expired, rejected);
  }

  @Test
  void rejectsTheVerySameCallUntilItsTimeIsOver() throws Exception {
    var id = hold(action("a"));
    calls.approve(id, ADMIN);

    calls.reject(id, ADMIN);

    assertThat(calls.redeem(next(), action("a"), held(RULE), OPEN))
        .isEqualTo(new Answer.Rejected(new CallId(id)));
    assertThatThrownBy(() -> calls.approve(id, ADMIN)).satisfies(hasCode(RefusalCode.CONFLICT));
    assertThatThrownBy(() -> calls.reject(id, ADMIN)).satisfies(hasCode(RefusalCode.CONFLICT));
    assertThat(evidence.records(Lapsed.class))
        .extracting(Lapsed::outcome)
        .containsExactly(new Outcome.Refused(RefusalCode.APPROVAL_REJECTED));
    clock.advance(Duration.ofMinutes(15));
    calls.sweep();
    assertThat(calls.redeem(next(), action("a"), held(RULE), OPEN))
        .isInstanceOf(Answer.Waiting.class);
    assertThat(evidence.records(Lapsed.class)).hasSize(1);
  }

  @Test
  void rejectsNothingThatWentOn() {
    var id = hold(action("a"));
    calls.approve(id, ADMIN);
    calls.redeem(next(), action("a"), held(RULE), OPEN);

    assertThatThrownBy(() -> calls.reject(id, ADMIN)).satisfies(hasCode(RefusalCode.CONFLICT));
    assertThat(evidence.records()).isEmpty();
  }

  @Test
  void knowsAllOfItAfterARestart() {
    var waits = hold(action("waits"));
    var approved = hold(action("approved"));
    calls.approve(approved, ADMIN);

    var restarted = heldCalls(HeldCallLimits.DEFAULT);

    assertThat(((Answer.Waiting) restarted.redeem(next(), action("waits"), held(RULE), OPEN)).id())
        .isEqualTo(new CallId(waits));
    assertThat(restarted.redeem(next(), action("approved"), held(RULE), OPEN))
        .isInstanceOf(Answer.Approved.class);
    assertThat(calls.redeem(next(), action("approved"), held(RULE), OPEN))
        .isInstanceOf(Answer.Waiting.class);
    assertThat(restarted.content(waits).at("/arguments/text").asText()).isEqualTo("waits");
  }

  @Test
  void boundsWhatWaitsOfOneAndOfAll() {
    var few = heldCalls(FEW);
    var b = caller("spiffe://prod/agent/b", "spiffe://prod/agent/b");
    few.redeem(next(), action("1"), held(RULE), OPEN);
    few.redeem(next(), action("2"), held(RULE), OPEN);

    assertThatThrownBy(() -> few.redeem(next(), action("3"), held(RULE), OPEN))
        .satisfies(hasCode(RefusalCode.RATE_LIMITED))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.retryAfter()).isPresent());
    few.redeem(next(), action(b, "1"), held(RULE), OPEN);
    assertThatThrownBy(() -> few.redeem(next(), action(b, "2"), held(RULE), OPEN))
        .satisfies(hasCode(RefusalCode.RATE_LIMITED));
    assertThat(few.redeem(next(), action("1"), held(RULE), OPEN))
        .isInstanceOf(Answer.Waiting.class);
  }

  @Test
  void forgetsWhatEndedLongAgo() throws Exception {
    var used = hold(action("used"));
    calls.approve(used, ADMIN);
    calls.redeem(next(), action("used"), held(RULE), OPEN);
    var expired = hold(action("expired"));
    clock.advance(Duration.ofDays(7));
    calls.sweep();
    assertThat(calls.get(used).status()).isEqualTo(HeldStatus.USED);
    clock.advance(Duration.ofMinutes(15));
    calls.sweep();

    for (var id : List.of(used, expired)) {
      assertThatThrownBy(() -> calls.get(id)).satisfies(hasCode(RefusalCode.UNKNOWN_RESOURCE));
      assertThatThrownBy(() -> calls.content(id)).satisfies(hasCode(RefusalCode.UNKNOWN_RESOURCE));
      assertThatThrownBy(() -> calls.approve(id, ADMIN))
          .satisfies(hasCode(RefusalCode.UNKNOWN_RESOURCE));
      assertThatThrownBy(() -> calls.reject(id, ADMIN))
          .satisfies(hasCode(RefusalCode.UNKNOWN_RESOURCE));
    }
  }

  @Test
  void refusesWhatItCannotKeep() throws Exception {
    database.execute("DROP TABLE mcp_held_guard");

    assertThatThrownBy(() -> calls.redeem(next(), action("a"), held(RULE), OPEN))
        .satisfies(hasCode(RefusalCode.UNAVAILABLE));
  }
}
