package dev.sallyport.mcp;

import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static dev.sallyport.mcp.testing.TestingBroker.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.grant.GrantAuthority;
import dev.sallyport.identity.grant.PolicySet;
import dev.sallyport.identity.grant.TurnFacts;
import dev.sallyport.identity.resource.InvalidResourcesException;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.resource.ResourceSet;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Lapsed;
import dev.sallyport.identity.testing.RecordingEvidence.Waits;
import dev.sallyport.identity.testing.TestingDatabase;
import dev.sallyport.mcp.http.McpHttpConfig;
import dev.sallyport.mcp.registry.ItemKey;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * R13: held calls over a whole broker: the same call, another call, another time or policy, nobody
 * who decides; one's own approval and one that is used twice.
 */
class HeldCallMatrixTest {
  private static final PrincipalId ADMIN = new PrincipalId("sallyport:admin");
  private static final int THREADS = 64;

  private final GrantAuthority authority =
      new GrantAuthority(Optional.empty(), TurnFacts.CLEAN, InstantSource.system());
  private final TestingDatabase database = TestingDatabase.h2();
  private final TestingMcpServer crm = TestingMcpServer.speaking(Era.STATELESS).withEcho("write");
  private TestingBroker broker = open();

  @BeforeEach
  void begin() {
    broker.register("crm", crm, "trusted");
    decideBy("'approve': ['write']");
  }

  @AfterEach
  void stop() {
    broker.close();
    crm.close();
    database.close();
  }

  @Test
  void case1_theSameCallGoesOnOnceItIsApprovedAndOnlyOnce() {
    var id = held(ALICE, "{'text': 'a', 'n': 1.50}");
    broker.heldCalls.approve(id, ADMIN);

    assertThat(call(ALICE, "{'n': 1.50, 'text': 'a'}").failed()).isFalse();

    assertThat(crm.seen("tools/call")).hasSize(1);
    var intent = broker.evidence.records(Begun.class).getLast();
    assertThat(intent.decision().approval()).isPresent();
    assertThat(intent.decision().approval().get().id().value()).isEqualTo(id);
    assertThat(intent.decision().approval().get().by()).isEqualTo("sallyport:admin");
    assertThat(intent.action().pin()).isPresent();
    assertThat(held(ALICE, "{'text': 'a', 'n': 1.50}")).isNotEqualTo(id);
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'text': 'b', 'n': 1}",
        "{'text': 'a'}",
        "{'text': 'a', 'n': 1, 'more': null}",
        "{'text': 'a', 'n': '1'}",
        "{'text': 'a', 'n': 1.0}",
        "{'text': ['a'], 'n': 1}",
        "{'text': 'A', 'n': 1}",
        "{'text': 'a ', 'n': 1}",
      })
  void case2_otherArgumentsReachNoServer(String other) {
    var id = held(ALICE, "{'text': 'a', 'n': 1}");
    broker.heldCalls.approve(id, ADMIN);

    assertThat(held(ALICE, other)).isNotEqualTo(id);

    assertThat(crm.seen("tools/call")).isEmpty();
    assertThat(call(ALICE, "{'text': 'a', 'n': 1}").failed()).isFalse();
  }

  @Test
  void case3_isHeldAnewUnderAnotherPolicyOrAfterItsTime() {
    var first = held(ALICE, "{}");
    broker.heldCalls.approve(first, ADMIN);

    decideBy("'approve': ['write'], 'deny': ['drop']");
    var second = held(ALICE, "{}");
    assertThat(second).isNotEqualTo(first);

    broker.heldCalls.approve(second, ADMIN);
    broker.clock.advance(Duration.ofMinutes(15));
    assertThat(held(ALICE, "{}")).isNotIn(first, second);
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void case3_isRefusedUnderAPolicyThatDeniesItNow() {
    broker.heldCalls.approve(held(ALICE, "{}"), ADMIN);
    decideBy("'approve': ['write'], 'deny': ['write']");

    assertRefused(RefusalCode.UNKNOWN_TOOL, ALICE, "{}");
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void case4_endsInARefusalUnderItsFirstNameIfNobodyDecides() throws Exception {
    var id = held(ALICE, "{}");
    assertThat(held(ALICE, "{}")).isEqualTo(id);
    broker.clock.advance(Duration.ofMinutes(15));

    broker.heldCalls.sweep();

    assertThat(broker.evidence.records(Waits.class))
        .extracting(waits -> waits.approval().value())
        .containsExactly(id, id);
    assertThat(broker.evidence.records(Waits.class).getFirst().callId().value()).isEqualTo(id);
    assertThat(broker.evidence.records(Lapsed.class)).hasSize(1);
    assertThat(broker.evidence.records(Lapsed.class).getFirst().approval().value()).isEqualTo(id);
    assertThat(broker.evidence.records(Lapsed.class).getFirst().outcome())
        .isEqualTo(new Outcome.Refused(RefusalCode.APPROVAL_EXPIRED));
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void extra1_nobodyApprovesACallOfTheirOwn() {
    var id = held(ALICE, "{}");

    assertThatThrownBy(() -> broker.heldCalls.approve(id, ALICE.id()))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code().status()).isEqualTo(403));
    assertThat(held(ALICE, "{}")).isEqualTo(id);
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void extra2_oneApprovalMakesOneCallHoweverManyUseIt() throws Exception {
    var id = held(ALICE, "{}");
    broker.heldCalls.approve(id, ADMIN);
    var start = new CyclicBarrier(THREADS);

    List<Boolean> made;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      made =
          threads
              .invokeAll(
                  IntStream.range(0, THREADS)
                      .<Callable<Boolean>>mapToObj(_ ->
                          () -> {
                            start.await();
                            return isMade();
                          })
                      .toList())
              .stream()
              .map(HeldCallMatrixTest::result)
              .toList();
    }

    assertThat(made).filteredOn(done -> done).hasSize(1);
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  @Test
  void goesOnAfterARestartBetweenTheApprovalAndTheCall() {
    var id = held(ALICE, "{}");
    broker.heldCalls.approve(id, ADMIN);
    broker.close();

    broker = open();
    broker.register("crm", crm, "trusted");

    assertThat(call(ALICE, "{}").failed()).isFalse();
    assertThat(held(ALICE, "{}")).isNotEqualTo(id);
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  @Test
  void isHeldAnewUnderAnotherDefinitionOfTheTool() throws Exception {
    var id = held(ALICE, "{}");
    broker.heldCalls.approve(id, ADMIN);
    crm.with(
        TestingMcpServer.definition("write").put("description", "Writes more."),
        arguments -> arguments);
    broker.clock.advance(Duration.ofSeconds(1));
    assertThat(broker.registry.inspect("crm", Duration.ofSeconds(20))).isTrue();
    assertRefused(RefusalCode.UNKNOWN_TOOL, ALICE, "{}");

    var changed = broker.registry.pending().getFirst();
    broker.registry.approve("crm", Map.of(ItemKey.tool("write"), changed.digest()), "ann");

    assertThat(held(ALICE, "{}")).isNotEqualTo(id);
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void isRefusedIfItWasRejectedAfterItsApproval() {
    var id = held(ALICE, "{}");
    broker.heldCalls.approve(id, ADMIN);
    broker.heldCalls.reject(id, ADMIN);

    assertRefused(RefusalCode.APPROVAL_REJECTED, ALICE, "{}");
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void isForNobodyElse() {
    var id = held(ALICE, "{}");
    broker.heldCalls.approve(id, ADMIN);

    assertThat(held(BOB, "{}")).isNotEqualTo(id);
    assertThat(crm.seen("tools/call")).isEmpty();
    assertThat(call(ALICE, "{}").failed()).isFalse();
  }

  @Test
  void asksNobodyToApproveWhatCannotBeDone() {
    var tooLarge = arguments("{}").put("text", "x".repeat(1 << 20));

    assertThatThrownBy(() -> call(ALICE, tooLarge))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.code()).isEqualTo(RefusalCode.REQUEST_TOO_LARGE));
    assertThat(broker.heldCalls.list(Optional.empty())).isEmpty();
  }

  @Test
  void listsWhatItHolds() {
    assertThat(broker.broker.list(broker.caller(ALICE), Optional.of("crm"), ListKind.TOOLS))
        .hasSize(1);
  }

  private TestingBroker open() {
    return new TestingBroker(authority, McpHttpConfig.defaults(), database.dataSource());
  }

  private boolean isMade() {
    try {
      return !call(ALICE, "{}").failed();
    } catch (Refusal refusal) {
      assertThat(refusal.code()).isEqualTo(RefusalCode.APPROVAL_REQUIRED);
      return false;
    }
  }

  private static <T> T result(Future<T> future) {
    return future.resultNow();
  }

  /** Makes a call that waits, and gives the name of its approval. */
  private String held(Principal principal, String arguments) {
    var refusal = refusal(principal, arguments);
    assertThat(refusal.code()).isEqualTo(RefusalCode.APPROVAL_REQUIRED);
    assertThat(refusal.retryAfter()).isPresent();
    return refusal.approval().orElseThrow().id().value();
  }

  private void assertRefused(RefusalCode code, Principal principal, String arguments) {
    assertThat(refusal(principal, arguments).code()).isEqualTo(code);
  }

  private Refusal refusal(Principal principal, String arguments) {
    try {
      throw new AssertionError("went on: " + call(principal, arguments));
    } catch (Refusal refusal) {
      return refusal;
    }
  }

  private ServerAnswer call(Principal principal, String arguments) {
    return call(principal, arguments(arguments));
  }

  private ServerAnswer call(Principal principal, ObjectNode arguments) {
    return broker.broker.call(
        broker.caller(principal),
        Optional.of("crm"),
        new ToolCall("write", arguments),
        Conversation.none());
  }

  private void decideBy(String rules) {
    try {
      authority.use(
          PolicySet.compile(new ResourceSet(List.of(policy(ALICE, rules), policy(BOB, rules)))));
    } catch (InvalidResourcesException e) {
      throw new AssertionError(e);
    }
  }

  private static Resource policy(Principal who, String rules) {
    var spec =
        """
        {'identity': {'workload': '%s'}, 'tools': [{'resource': 'crm', 'actions': ['*'], %s}]}
        """
            .formatted(who.id(), rules);
    var name = who.equals(ALICE) ? "alice" : "bob";
    return new Resource(Resource.API_VERSION, "AgentPolicy", name, Map.of(), arguments(spec));
  }

  private static ObjectNode arguments(String json) {
    try {
      return (ObjectNode)
          Json.parseRequest(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
