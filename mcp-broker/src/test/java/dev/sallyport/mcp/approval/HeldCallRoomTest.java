package dev.sallyport.mcp.approval;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which held calls take up room, and which do not any more. */
public class HeldCallRoomTest extends HeldCallsScene {
  private HeldCalls few;

  @BeforeEach
  void makeRoomForFew() {
    few = heldCalls(FEW);
  }

  @Test
  void makesRoomWhenACallIsRejected() {
    for (int i = 0; i < 2 * FEW.overall(); i++) {
      few.reject(holdIn(few, "rejected " + i), ADMIN);
    }

    assertThatTwoMoreFit();
  }

  @Test
  void makesRoomWhenAnApprovedCallIsRejected() {
    for (int i = 0; i < 2 * FEW.overall(); i++) {
      var id = holdIn(few, "rejected " + i);
      few.approve(id, ADMIN);
      few.reject(id, ADMIN);
    }

    assertThatTwoMoreFit();
  }

  @Test
  void keepsARejectedCallRejectedThoughItTakesUpNoRoom() {
    var id = holdIn(few, "rejected");
    few.reject(id, ADMIN);
    holdIn(few, "1");
    holdIn(few, "2");

    assertThat(few.redeem(next(), action("rejected"), held(RULE), OPEN))
        .isEqualTo(new Answer.Rejected(new CallId(id)));
  }

  @Test
  void makesRoomWhenAnApprovalIsUsedUpAndNotBefore() {
    few.approve(holdIn(few, "1"), ADMIN);
    few.approve(holdIn(few, "2"), ADMIN);
    assertThatNoMoreFit();

    for (var text : new String[] {"1", "2"}) {
      assertThat(few.redeem(next(), action(text), held(RULE), OPEN))
          .isInstanceOf(Answer.Approved.class);
    }

    assertThatTwoMoreFit();
  }

  @Test
  void makesRoomWhenACallIsWithdrawn() {
    var own = Owner.alone(new PrincipalId("spiffe://prod/agent/a"));
    for (int i = 0; i < 2 * FEW.overall(); i++) {
      assertThat(few.withdraw(new CallId(holdIn(few, "withdrawn " + i)), own)).isTrue();
    }

    assertThatTwoMoreFit();
  }

  @Test
  void makesRoomAtTheMomentWhenTheTimeOfOthersIsOver() {
    holdIn(few, "1");
    few.approve(holdIn(few, "2"), ADMIN);
    clock.advance(Duration.ofMinutes(15).minusNanos(1_000));
    assertThatNoMoreFit();
    clock.advance(Duration.ofNanos(1_000));

    assertThatTwoMoreFit();
  }

  @Test
  void letsNoMoreWaitThanThereIsRoomForHoweverManyAreMadeAtTheSameTime() throws Exception {
    few.reject(holdIn(few, "rejected"), ADMIN);

    var answers = atOnce(() -> fits(next().value()));

    assertThat(answers).filteredOn(held -> held).hasSize(FEW.perPrincipal());
  }

  private void assertThatTwoMoreFit() {
    holdIn(few, "more 1");
    holdIn(few, "more 2");
    assertThatNoMoreFit();
  }

  private void assertThatNoMoreFit() {
    assertThatThrownBy(() -> few.redeem(next(), action("too many"), held(RULE), OPEN))
        .satisfies(hasCode(RefusalCode.RATE_LIMITED));
  }

  private boolean fits(String text) {
    try {
      return few.redeem(next(), action(text), held(RULE), OPEN) instanceof Answer.Waiting;
    } catch (Refusal refusal) {
      assertThat(refusal.code()).isEqualTo(RefusalCode.RATE_LIMITED);
      return false;
    }
  }

  private static String holdIn(HeldCalls calls, String text) {
    var answer = calls.redeem(next(), action(text), held(RULE), OPEN);
    return ((Answer.Waiting) answer).id().value();
  }
}
