package dev.sallyport.mcp;

import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static dev.sallyport.mcp.testing.TestingBroker.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.AgentTerms;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Remedy;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.registry.ReservedNames;
import dev.sallyport.mcp.testing.TermedAuthority;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.Conversation;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R2: a call is executed as a model has proposed it, once. */
class ProposedCallsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectNode HELLO = JSON.createObjectNode().put("text", "hello");

  private final TermedAuthority authority =
      new TermedAuthority(new AgentTerms(false, true, true, true));
  private final TestingBroker broker = new TestingBroker(authority);
  private final TestingMcpServer crm =
      TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo").withEcho("other");

  @BeforeEach
  void register() {
    broker.register("crm", crm, "trusted");
  }

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
  }

  @Test
  void makesACallThatAModelProposedAsOftenAsItDid() {
    propose(ALICE, HELLO);
    propose(ALICE, HELLO);

    call(ALICE, HELLO);
    call(ALICE, HELLO);

    assertRefused("proposal_used", () -> call(ALICE, HELLO));
    assertThat(crm.seen("tools/call")).hasSize(2);
  }

  @Test
  void refusesWhatNoModelProposedInThisTurn() {
    assertRefused("not_proposed", () -> call(ALICE, HELLO));
    propose(ALICE, HELLO);
    assertRefused("not_proposed", () -> call(BOB, HELLO));
    assertRefused("not_proposed", () -> call(inNewTurn(ALICE), "crm__echo", HELLO));
    assertRefused("not_proposed", () -> call(broker.caller(ALICE), "crm__other", HELLO));
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void refusesOtherArgumentsThanThoseThatWereProposed() {
    propose(ALICE, HELLO);

    assertRefused("proposed_otherwise", () -> call(ALICE, HELLO.deepCopy().put("text", "hello ")));
    assertRefused("proposed_otherwise", () -> call(ALICE, HELLO.deepCopy().put("more", 1)));
    call(ALICE, HELLO.deepCopy());
  }

  @Test
  void refusesAProposalWhenItsTimeIsOver() {
    propose(ALICE, HELLO);
    propose(BOB, HELLO);
    broker.clock.advance(Proposals.LIFETIME.minus(Duration.ofMillis(1)));
    call(ALICE, HELLO);
    broker.clock.advance(Duration.ofMillis(1));

    assertRefused("proposal_expired", () -> call(BOB, HELLO));
  }

  @Test
  void refusesAProposalUnderAnotherPolicy() {
    propose(ALICE, HELLO);
    authority.version = "2";

    assertRefused("proposal_outdated", () -> call(ALICE, HELLO));
  }

  @Test
  void refusesAProposalOfAnotherDefinition() {
    propose(ALICE, HELLO);
    broker.remove(new Resource.Key("McpServer", "crm"));
    crm.with(
        TestingMcpServer.definition("echo").put("description", "Says it once more."),
        _ -> JSON.createObjectNode());
    broker.register("crm", crm, "trusted");
    broker
        .registry
        .pending()
        .forEach(one -> broker.registry.approve("crm", Map.of(one.key(), one.digest()), "admin"));

    assertRefused("not_proposed", () -> call(ALICE, HELLO));
  }

  @Test
  void takesACallByTheWrapperForTheCallThatItStandsFor() {
    var wrapped = JSON.createObjectNode().put("name", "crm__echo");
    wrapped.set("arguments", HELLO);
    broker.broker.propose(
        broker.caller(ALICE), Optional.empty(), new ToolCall(ReservedNames.CALL_TOOL, wrapped));

    call(ALICE, HELLO);
    propose(ALICE, HELLO);
    call(broker.caller(ALICE), ReservedNames.CALL_TOOL, wrapped);
  }

  @Test
  void asksNothingOfAnAgentThatMayCallWhatItIsGranted() {
    authority.terms = AgentTerms.STRICT;

    call(ALICE, HELLO);
  }

  /** One success for each proposal, however many callers race for it. */
  @Test
  void letsOneOfManyThreadsUseAProposal() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 20; round++) {
        propose(ALICE, HELLO);
        Callable<Boolean> attempt = () -> isCalled(HELLO);
        var done = threads.invokeAll(IntStream.range(0, 16).mapToObj(_ -> attempt).toList());
        int called = 0;
        for (var one : done) {
          called += one.get() ? 1 : 0;
        }
        assertThat(called).isEqualTo(1);
      }
    }
    assertThat(crm.seen("tools/call")).hasSize(20);
  }

  private boolean isCalled(ObjectNode arguments) {
    try {
      call(ALICE, arguments);
      return true;
    } catch (Refusal refusal) {
      assertThat(refusal.code()).isEqualTo(RefusalCode.FLOW_REFUSED);
      return false;
    }
  }

  private void assertRefused(String reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.FLOW_REFUSED);
              assertThat(refusal.remedies()).extracting(Remedy::code).containsExactly("ask_model");
            });
    assertThat(broker.evidence.records(Refused.class).getLast().decision().reason())
        .isEqualTo(reason);
  }

  private void propose(Principal principal, ObjectNode arguments) {
    broker.broker.propose(
        broker.caller(principal), Optional.empty(), new ToolCall("crm__echo", arguments));
  }

  private void call(Principal principal, ObjectNode arguments) {
    call(broker.caller(principal), "crm__echo", arguments);
  }

  private void call(Caller caller, String name, ObjectNode arguments) {
    var answer =
        broker.broker.call(
            caller, Optional.empty(), new ToolCall(name, arguments), Conversation.none());
    assertThat(answer.failed()).isFalse();
  }

  private Caller inNewTurn(Principal principal) {
    return new Caller(principal, broker.turns.begin(principal), Door.MCP);
  }
}
