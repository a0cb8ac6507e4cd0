package dev.sallyport.mcp.approval;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Approvals.Answer;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Decision.Rule;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedTokens;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.TurnId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** R13: what an approval is for, and what it is not for. */
public class BoundCallsTest extends HeldCallsScene {
  @Test
  void letsNobodyApproveACallOfTheirOwn() {
    var own = hold(action(caller("sallyport:admin", "sallyport:admin"), "a"));
    var onBehalf = hold(action(caller("sallyport:quarantine", "oidc://corp/ann"), "a"));

    assertThatThrownBy(() -> calls.approve(own, ADMIN)).satisfies(hasCode(RefusalCode.FORBIDDEN));
    assertThatThrownBy(() -> calls.approve(onBehalf, new PrincipalId("oidc://corp/ann")))
        .satisfies(hasCode(RefusalCode.FORBIDDEN));
    assertThat(calls.list(Optional.of(HeldStatus.APPROVED))).isEmpty();

    calls.approve(own, new PrincipalId("oidc://corp/ann"));
    calls.approve(onBehalf, ADMIN);
    assertThat(calls.list(Optional.of(HeldStatus.APPROVED))).hasSize(2);
  }

  @Test
  void isNotForTheUserToApproveOnWhoseBehalfAnAgentAsks() {
    var ann = new PrincipalId("oidc://corp/ann");
    var id = hold(action(onBehalf("ann"), "a"));

    assertThat(calls.get(id).user()).hasValue(ann.value());
    assertThatThrownBy(() -> calls.approve(id, ann)).satisfies(hasCode(RefusalCode.FORBIDDEN));
    assertThat(calls.list(Optional.of(HeldStatus.APPROVED))).isEmpty();

    assertThat(calls.approve(id, new PrincipalId("oidc://corp/ben")).status())
        .isEqualTo(HeldStatus.APPROVED);
  }

  @Test
  void isForOneUserOfAnAgentAlone() {
    var held = held(RULE);
    var id = hold(action(onBehalf("ann"), "a"));
    calls.approve(id, ADMIN);

    for (var other :
        List.of(onBehalf("ben"), caller("spiffe://prod/agent/a", "spiffe://prod/agent/a"))) {
      assertThat(calls.redeem(next(), action(other, "a"), held, OPEN))
          .isInstanceOf(Answer.Waiting.class);
      assertThat(calls.withdraw(new CallId(id), other.principal().owner())).isFalse();
    }
    assertThat(calls.redeem(next(), action(onBehalf("ann"), "a"), held, OPEN))
        .isInstanceOf(Answer.Approved.class);
  }

  private static Caller onBehalf(String user) {
    var principal = FixedTokens.principal("spiffe://prod/agent/a", "oidc://corp/" + user);
    var turn =
        new Turn(new TurnId("turn_" + "a".repeat(26)), principal.owner(), Instant.EPOCH, false);
    return new Caller(principal, turn, Door.MCP);
  }

  @Test
  void isForNoOtherCallThanTheOneThatWasHeld() {
    var held = held(RULE);
    calls.approve(hold(action("a")), ADMIN);
    var others =
        List.of(
            action(caller("spiffe://prod/agent/b", "spiffe://prod/agent/b"), "a"),
            action(caller("spiffe://prod/agent/a", "spiffe://prod/agent/b"), "a"),
            action("b"),
            of(action("a"), new Target.Tool("crm", "drop"), Optional.of("pin")),
            of(action("a"), new Target.Tool("erp", "write"), Optional.of("pin")),
            of(action("a"), new Target.Prompt("crm", "write"), Optional.of("pin")),
            of(action("a"), action("a").target(), Optional.of("another")),
            of(action("a"), action("a").target(), Optional.empty()),
            sending("{'arguments': {'text': 'a'}, '_meta': {'baggage': 'x'}}"),
            sending("{'arguments': {'text': 'a'}, 'task': {}}"));

    for (var other : others) {
      assertThat(calls.redeem(next(), other, held, OPEN)).isInstanceOf(Answer.Waiting.class);
    }
    for (var rule :
        List.of(
            new Rule("q", RULE.version(), RULE.rule()),
            new Rule("p", "ba9876543210", RULE.rule()),
            new Rule("p", RULE.version(), "/spec/tools/1/approve/0"))) {
      assertThat(calls.redeem(next(), action("a"), held(rule), OPEN))
          .isInstanceOf(Answer.Waiting.class);
    }
    assertThat(calls.list(Optional.of(HeldStatus.PENDING))).hasSize(others.size() + 3);
    assertThat(calls.redeem(next(), action("a"), held, OPEN)).isInstanceOf(Answer.Approved.class);
  }

  @Test
  void isForTheSameCallInOtherWords() {
    var trace = "'traceparent': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'";
    var other = "'traceparent': '00-1af7651916cd43dd8448eb211c80319d-c7ad6b7169203332-01'";
    calls.approve(
        hold(sending("{'arguments': {'a': 1, 'b': 2}, '_meta': {" + trace + "}}")), ADMIN);

    assertThat(
            calls.redeem(
                next(),
                sending("{'_meta': {" + other + "}, 'arguments': {'b': 2, 'a': 1}}"),
                held(RULE),
                OPEN))
        .isInstanceOf(Answer.Approved.class);
  }

  @Test
  void takesNothingOutOfArgumentsThatLookLikeATrace() {
    var first = "'traceparent': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'";
    var second = "'traceparent': '00-1af7651916cd43dd8448eb211c80319d-c7ad6b7169203332-01'";
    var wrong = "'traceparent': 'send it to mallory'";
    calls.approve(hold(plain("{'_meta': {" + first + "}}")), ADMIN);

    assertThat(calls.redeem(next(), plain("{'_meta': {" + second + "}}"), held(RULE), OPEN))
        .isInstanceOf(Answer.Waiting.class);
    assertThat(
            calls.redeem(
                next(), sending("{'arguments': {}, '_meta': {" + wrong + "}}"), held(RULE), OPEN))
        .isInstanceOf(Answer.Waiting.class);
    assertThat(calls.redeem(next(), sending("{'arguments': {}}"), held(RULE), OPEN))
        .isInstanceOf(Answer.Waiting.class);
    assertThat(calls.list(Optional.of(HeldStatus.PENDING))).hasSize(3);
  }

  @Test
  void tellsArgumentsFromWhatOnlyLooksLikeThem() {
    var nested = plain("{'arguments': {'text': 'a'}, '_meta': {'x': 1}}");
    var besides = sending("{'arguments': {'text': 'a'}, '_meta': {'x': 1}}");

    assertThat(hold(nested)).isNotEqualTo(hold(besides));
    assertThat(calls.content(hold(nested)))
        .hasToString("{\"arguments\":{\"arguments\":{\"text\":\"a\"},\"_meta\":{\"x\":1}}}");
    assertThat(calls.content(hold(besides)))
        .hasToString("{\"arguments\":{\"text\":\"a\"},\"besides\":{\"_meta\":{\"x\":1}}}");
  }

  @Test
  void showsAPersonAllThatIsSentWhereThatIsNotTheArguments() {
    var task = tree("{'method': 'tasks/update', 'inputResponses': {'pay': true}, 'taskId': 't'}");

    assertThat(calls.content(hold(with(tree("{'text': 'a'}"), task))))
        .isEqualTo(tree("{'arguments': {'text': 'a'}}").set("besides", task));
    assertThat(calls.content(hold(without(task))))
        .isEqualTo(tree("{'arguments': null}").set("besides", task));
    assertThat(calls.content(hold(with(tree("{'uri': 'a'}"), tree("{'uri': 'a'}")))))
        .isEqualTo(tree("{'arguments': {'uri': 'a'}}"));
  }

  @Test
  void boundsWhatAPersonHasToRead() {
    var few = heldCalls(FEW);

    assertThatThrownBy(() -> few.redeem(next(), action("x".repeat(1_024)), held(RULE), OPEN))
        .satisfies(hasCode(RefusalCode.REQUEST_TOO_LARGE));
    assertThat(few.redeem(next(), action("x".repeat(900)), held(RULE), OPEN))
        .isInstanceOf(Answer.Waiting.class);
  }

  @Test
  void keepsWhatIsSentSealed() throws Exception {
    var id = hold(action(CANARY));

    assertThat(database.everything()).contains(id).doesNotContain(CANARY);
    assertThat(calls.content(id).at("/arguments/text").asText()).isEqualTo(CANARY);
  }
}
