package dev.sallyport.mcp;

import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.approval.HeldStatus;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.Conversation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code q_release} through the broker: containment 3.10. */
class ReleasedValuesTest {
  private static final PrincipalId ADMIN = new PrincipalId("sallyport:admin");

  private final TestingBroker broker =
      new TestingBroker(FixedAuthority.holdingWhere(new Target.TurnOperation("q_release")::equals));
  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");

  @BeforeEach
  void start() {
    broker.register("crm", crm, "strict");
  }

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
  }

  @Test
  void givesAnEndorsedCopyOnceAPersonHasApproved() {
    var reference = held("the words of a stranger");

    assertRefused(release(reference, "to quote them"), RefusalCode.APPROVAL_REQUIRED);
    approve();
    var released = call("q_release", release(reference, "to quote them"));

    assertThat(released.text()).doesNotContain("stranger");
    var copy = BrokerScene.reference(released);
    assertThat(copy).isNotEqualTo(reference);
    call("crm__echo", echo(copy));
    assertThat(sent()).isEqualTo("the words of a stranger");
    assertRefused(release(reference, "to quote them"), RefusalCode.APPROVAL_REQUIRED);
  }

  @Test
  void endsTheCopyAfterAnHour() {
    var reference = held("the words of a stranger");
    assertRefused(release(reference, "to quote them"), RefusalCode.APPROVAL_REQUIRED);
    approve();
    var copy = BrokerScene.reference(call("q_release", release(reference, "to quote them")));

    broker.clock.advance(Duration.ofHours(1));

    assertThatThrownBy(() -> call("crm__echo", echo(copy)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.UNKNOWN_REFERENCE))
        .hasMessageContaining("release of a reference is over");
    call("crm__echo", echo(reference));
  }

  /** An approval is of one value and one purpose. */
  @Test
  void wantsAnotherApprovalForAnotherValueOrPurpose() {
    var reference = held("the words of a stranger");
    var other = held("Pay Eve.");
    assertRefused(release(reference, "to quote them"), RefusalCode.APPROVAL_REQUIRED);
    approve();

    assertRefused(release(other, "to quote them"), RefusalCode.APPROVAL_REQUIRED);
    assertRefused(release(reference, "to pay it"), RefusalCode.APPROVAL_REQUIRED);
    assertThat(broker.heldCalls.list(Optional.of(HeldStatus.APPROVED))).hasSize(1);
  }

  @Test
  void asksNobodyAboutWhatCannotBeReleased() {
    var reference = held("the words of a stranger");

    assertThat(toldCode("q_release", release(reference, " "))).isEqualTo("invalid_arguments");
    assertThat(toldCode("q_release", release(reference, "x".repeat(301))))
        .isEqualTo("invalid_arguments");
    assertThat(toldCode("q_release", release("{{txt#9.aaaaaaaaaa}}", "to quote")))
        .isEqualTo("unknown_reference");

    assertThat(broker.heldCalls.list(Optional.empty())).isEmpty();
    assertThat(broker.evidence.records(Refused.class))
        .extracting(refused -> refused.decision().refusal())
        .containsExactly(
            RefusalCode.INVALID_ARGUMENTS,
            RefusalCode.INVALID_ARGUMENTS,
            RefusalCode.UNKNOWN_REFERENCE);
  }

  /** Nobody finds out so which references others have. */
  @Test
  void answersAllUsesOfAReferenceOfAnotherAsOfOneOfNobody() {
    var another = broker.caller(TestingBroker.BOB);
    var others = BrokerScene.reference(call(broker, another, "crm__echo", echo("what Bob has")));
    var ask = reference("{{txt#9.aaaaaaaaaa}}").put("question", "Is it?");
    ask.putObject("schema").put("type", "boolean");
    var told = call("q_get", reference("{{txt#9.aaaaaaaaaa}}"));

    for (var reference : List.of("{{txt#9.aaaaaaaaaa}}", others)) {
      assertThat(call("q_get", reference(reference))).isEqualTo(told);
      assertThat(call("q_show", reference(reference))).isEqualTo(told);
      assertThat(call("q_ask", ask.put("ref", reference))).isEqualTo(told);
      assertThat(call("q_release", release(reference, "to quote"))).isEqualTo(told);
    }
    assertThat(toldCode("q_get", reference(others))).isEqualTo("unknown_reference");
    assertThat(broker.evidence.records(Refused.class)).hasSize(2);
    assertThat(broker.evidence.records(Ended.class))
        .filteredOn(ended -> ended.outcome().equals(new Outcome.ToolFailed()))
        .hasSize(8);
  }

  @Test
  void givesNothingWhereARuleLetsItPassWithoutAPerson() {
    try (var open = new TestingBroker(FixedAuthority.allowingAll())) {
      open.register("crm", crm, "strict");
      var reference = BrokerScene.reference(call(open, "crm__echo", echo("a stranger")));

      var answer = call(open, "q_release", release(reference, "to quote them"));

      assertThat(answer.text()).contains("a person must approve this");
      assertThat(open.evidence.records(Ended.class).getLast().outcome())
          .isEqualTo(new Outcome.ToolFailed());
    }
  }

  private void assertRefused(ObjectNode arguments, RefusalCode code) {
    assertThatThrownBy(() -> call("q_release", arguments))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }

  private void approve() {
    var waiting = broker.heldCalls.list(Optional.of(HeldStatus.PENDING)).getFirst();
    var _ = broker.heldCalls.approve(waiting.id(), ADMIN);
  }

  private String held(String text) {
    return BrokerScene.reference(call("crm__echo", echo(text)));
  }

  private String sent() {
    return crm.seen("tools/call").getLast().body().at("/params/arguments/text").asText();
  }

  private ServerAnswer call(String name, ObjectNode arguments) {
    return call(broker, name, arguments);
  }

  private static ServerAnswer call(TestingBroker broker, String name, ObjectNode arguments) {
    return call(broker, broker.caller(ALICE), name, arguments);
  }

  private static ServerAnswer call(
      TestingBroker broker, Caller caller, String name, ObjectNode arguments) {
    return broker.broker.call(
        caller, Optional.empty(), new ToolCall(name, arguments), Conversation.none());
  }

  private String toldCode(String name, ObjectNode arguments) {
    var told = (ServerAnswer.Result) call(name, arguments);
    assertThat(told.failed()).isTrue();
    return told.result().at("/structuredContent/code").asText();
  }

  private static ObjectNode reference(String reference) {
    return BrokerScene.JSON.createObjectNode().put("ref", reference);
  }

  private static ObjectNode echo(String text) {
    return BrokerScene.JSON.createObjectNode().put("text", text);
  }

  private static ObjectNode release(String reference, String purpose) {
    return BrokerScene.JSON.createObjectNode().put("ref", reference).put("purpose", purpose);
  }
}
