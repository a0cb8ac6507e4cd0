package dev.sallyport.mcp;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingBroker.ALICE;
import static dev.sallyport.mcp.testing.TestingBroker.BOB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.sandbox.quarantine.QuarantineTools;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerTest extends BrokerScene {
  @Test
  void saysOfAServerInDoubtThatDoesNotAnswerThatItDoesNotAndNotThatItHasNoSuchTool() {
    broker.register("crm", crm, "trusted");
    crm.close();
    broker.registry.suspect("crm");

    assertThatThrownBy(() -> call(ALICE, "crm__echo", arguments("x")))
        .satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThatThrownBy(() -> call(ALICE, "crm__hidden", arguments("x")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
    assertThatThrownBy(() -> call(BOB, "crm__echo", arguments("x")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
    assertThat(broker.evidence.records(Ended.class))
        .extracting(ended -> ended.outcome())
        .contains(new Outcome.Refused(RefusalCode.UPSTREAM_UNAVAILABLE));
  }

  @Test
  void listsToEachItsOwnToolsInOneOrder() {
    broker.register("crm", crm, "trusted");
    broker.register("aaa", crm, "trusted");

    assertThat(names(ALICE, Optional.empty())).containsExactly("aaa__echo", "crm__echo");
    assertThat(names(ALICE, Optional.of("crm"))).containsExactly("echo");
    assertThat(names(BOB, Optional.empty())).isEmpty();
    assertThatThrownBy(() -> names(BOB, Optional.of("crm")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_SERVER));
    assertThatThrownBy(() -> names(ALICE, Optional.of("none")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_SERVER));
  }

  @Test
  void listsDefinitionsAsTheServerWroteThem() {
    var definition = TestingMcpServer.definition("rich").put("x-later", 2.50);
    definition.putObject("annotations").put("readOnlyHint", true).put("unknownHint", "kept");
    definition.putObject("outputSchema").put("type", "object");
    crm.with(definition, arguments -> arguments);
    broker.register("crm", crm, "trusted");
    broker.register("strict", crm, "strict");

    assertThat(tool("crm__rich").toString())
        .isEqualTo(definition.deepCopy().put("name", "crm__rich").toString());
    assertThat(tool("strict__rich").has("outputSchema")).isFalse();
  }

  @Test
  void listsTheToolsOfTheQuarantineToThoseWhoseToolsAreContained() {
    broker.register("crm", crm, "strict");

    assertThat(names(ALICE, Optional.empty()))
        .containsOnlyOnce("crm__echo")
        .containsOnlyOnceElementsOf(QuarantineTools.names())
        .hasSize(1 + QuarantineTools.names().size())
        .isSorted();
    assertThat(names(BOB, Optional.empty())).isEmpty();
  }

  @Test
  void refusesOnRecordWithoutACallEvenAToolThatItsCallerHas() {
    broker.register("crm", crm, "trusted");
    for (var caller : List.of(ALICE, BOB)) {
      var refusal =
          broker.broker.refuse(
              broker.caller(caller),
              Optional.of("crm"),
              "echo",
              "{}",
              new Refusal(RefusalCode.UNKNOWN_TOOL));

      assertThat(refusal).satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
      assertThat(refusal.callId()).isPresent();
    }

    assertThat(crm.seen("tools/call")).isEmpty();
    assertThat(broker.evidence.records(Ended.class).getLast().outcome())
        .isEqualTo(new Outcome.Refused(RefusalCode.UNKNOWN_TOOL));
    assertThat(broker.evidence.records(Refused.class)).hasSize(1);
  }

  @Test
  void recordsArgumentsThatCannotBeSentOn() {
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(() -> call(ALICE, "crm__echo", arguments("x".repeat(1 << 20))))
        .satisfies(hasCode(RefusalCode.REQUEST_TOO_LARGE))
        .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.callId()).isPresent());
    assertThatThrownBy(() -> call(ALICE, "crm__echo", deep(2_000)))
        .satisfies(hasCode(RefusalCode.MALFORMED_REQUEST))
        .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.callId()).isPresent());
    assertThatThrownBy(() -> call(BOB, "crm__echo", deep(2_000)))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));

    assertThat(crm.seen("tools/call")).isEmpty();
    assertThat(broker.evidence.records(Ended.class))
        .extracting(Ended::outcome)
        .containsExactly(
            new Outcome.Succeeded(), // the registration
            new Outcome.Refused(RefusalCode.REQUEST_TOO_LARGE),
            new Outcome.Refused(RefusalCode.MALFORMED_REQUEST));
    assertThat(broker.evidence.records(Refused.class)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crm__echo", "q_ask"})
  void recordsWhyACallWasGivenUp(String tool) {
    broker.register("crm", crm, "strict");
    var cancellation = new Cancellation();
    cancellation.cancel(Cancellation.Why.TIME_OVER);

    var answer =
        broker.broker.call(
            broker.caller(ALICE),
            Optional.empty(),
            new ToolCall(tool, arguments("hello")),
            Conversation.untold(cancellation));

    assertThat(answer).isEqualTo(new ServerAnswer.Cancelled(Cancellation.Why.TIME_OVER));
    assertThat(broker.evidence.records(Ended.class))
        .extracting(Ended::outcome)
        .endsWith(new Outcome.Aborted("time_over"));
  }

  @Test
  void bringsAnAnswerIntoItsFormBeforeItsOutcomeIsOnRecord() {
    broker.register("crm", crm, "trusted");
    int before = broker.evidence.records(Ended.class).size();

    int atForm = callInForm(_ -> broker.evidence.records(Ended.class).size());

    assertThat(atForm).isEqualTo(before);
    assertThat(broker.evidence.records(Ended.class)).hasSize(before + 1);
  }

  @Test
  void recordsAnAnswerThatHasNoFormAndGivesNothingOfIt() {
    broker.register("crm", crm, "trusted");
    Function<ServerAnswer, String> none =
        _ -> {
          throw new IllegalStateException("it has none");
        };

    assertThatThrownBy(() -> callInForm(none)).satisfies(hasCode(RefusalCode.INTERNAL));

    assertThat(crm.seen("tools/call")).hasSize(1);
    assertThat(broker.evidence.records(Ended.class).getLast().outcome())
        .isInstanceOf(Outcome.Failed.class);
  }

  private <T> T callInForm(Function<ServerAnswer, T> form) {
    return broker.broker.call(
        broker.caller(ALICE),
        Optional.empty(),
        new ToolCall("crm__echo", arguments("hello")),
        Conversation.none(),
        form);
  }

  private static ObjectNode deep(int levels) {
    var tree = Json.object();
    var at = tree;
    for (int i = 0; i < levels; i++) {
      at = at.putObject("a");
    }
    return tree;
  }

  /** AZ-02, AZ-07, AZ-08, AZ-18: whatever is not exactly a tool of the caller is one answer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "crm__hidden",
        "crm__none",
        "none__echo",
        "echo",
        "CRM__echo",
        "crm__Echo",
        "crm__echo ",
        " crm__echo",
        "crm__echo\u0000",
        "crm__e\u0441ho",
        "crm__\uff45cho",
        "crm_echo",
        "crm___echo",
        "crm__crm__echo",
        "__echo",
        "crm__",
        "",
        "__",
        "crm__echo\u200b"
      })
  void knowsNoToolButByItsExactName(String name) {
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(() -> call(ALICE, name, JSON.createObjectNode()))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.UNKNOWN_TOOL);
              assertThat(refusal.advice()).isEqualTo(RefusalCode.UNKNOWN_TOOL.advice());
              assertThat(refusal.callId()).isPresent();
            });
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void recordsACallThatIsRefusedLikeAnyOther() {
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(() -> call(BOB, "crm__echo", JSON.createObjectNode()))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
    assertThatThrownBy(() -> call(ALICE, "none__x", JSON.createObjectNode()))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));

    assertThat(broker.evidence.records(Refused.class))
        .extracting(r -> r.action().target())
        .containsExactly(new Target.Tool("crm", "echo"));
    assertThat(broker.evidence.records(Begun.class).getLast().action().target())
        .isEqualTo(new Target.Tool("none", "x"));
    assertThat(broker.evidence.outcomes().getLast())
        .isEqualTo(new Outcome.Refused(RefusalCode.UNKNOWN_TOOL));
  }

  @Test
  void callsNothingWhenTheIntentCannotBeRecorded() {
    broker.register("crm", crm, "trusted");
    broker.evidence.fail(true);

    assertThatThrownBy(() -> call(ALICE, "crm__echo", JSON.createObjectNode()))
        .satisfies(hasCode(RefusalCode.EVIDENCE_UNAVAILABLE));
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void recordsWhatWasCalledAndHowItEnded() {
    broker.register("crm", crm, "strict");

    call(ALICE, "crm__echo", arguments("hello"));

    var begun = broker.evidence.records(Begun.class).getLast();
    assertThat(begun.action().target()).isEqualTo(new Target.Tool("crm", "echo"));
    assertThat(new String(begun.action().payload(), UTF_8)).isEqualTo("{\"text\":\"hello\"}");
    var ended = broker.evidence.records(Ended.class).getLast();
    assertThat(ended.outcome()).isEqualTo(new Outcome.Succeeded());
    assertThat(ended.facts().path("bytes").asInt()).isPositive();
    assertThat(ended.facts().path("references_given").asInt()).isPositive();
    assertThat(ended.facts().toString()).doesNotContain("hello");
  }

  /** AZ-05: the numbers that were decided on are those that go upstream. */
  @ParameterizedTest
  @ValueSource(strings = {"2.50", "50.0", "9223372036854775808", "1E+400", "-5", "\"50\""})
  void sendsArgumentsAsTheyWereDecidedOn(String value) throws Exception {
    broker.register("crm", crm, "trusted");

    broker
        .client("alice")
        .post(
            ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
                    + "\"crm__echo\",\"arguments\":{\"n\":%s},\"_meta\":{"
                    + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}")
                .formatted(value),
            Map.of(
                "MCP-Protocol-Version", "2026-07-28",
                "Mcp-Method", "tools/call",
                "Mcp-Name", "crm__echo"));

    var begun = broker.evidence.records(Begun.class).getLast();
    assertThat(new String(begun.action().payload(), UTF_8)).isEqualTo("{\"n\":" + value + "}");
    assertThat(crm.seen("tools/call")).hasSize(1);
  }

  /** AZ-06: arguments that do not fit, by pointer and never by value. */
  @Test
  void refusesArgumentsThatDoNotFitTheApprovedSchema() {
    var definition = TestingMcpServer.definition("strictly");
    definition
        .withObjectProperty("inputSchema")
        .putObject("properties")
        .putObject("n")
        .put("type", "integer");
    crm.with(definition, arguments -> arguments);
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(
            () -> call(ALICE, "crm__strictly", JSON.createObjectNode().put("n", "secret-looking")))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(RefusalCode.INVALID_ARGUMENTS);
              assertThat(refusal.advice()).contains("/n").doesNotContain("secret");
            });
    assertThat(crm.seen("tools/call")).isEmpty();
  }

  @Test
  void refusesArgumentsThatAreTooLarge() {
    broker.register("crm", crm, "trusted");

    assertThatThrownBy(() -> call(ALICE, "crm__echo", arguments("x".repeat(1 << 20))))
        .satisfies(hasCode(RefusalCode.REQUEST_TOO_LARGE));
  }

  /** AZ-10: a call goes by what held when it began. */
  @Test
  void carriesACallToItsEndWhoseServerIsRemovedMeanwhile() throws Exception {
    var begun = new CountDownLatch(1);
    var removed = new CountDownLatch(1);
    crm.answerCalls((server, exchange, request) -> {
      begun.countDown();
      await(removed);
      server.answerByTool(exchange, request);
    });
    broker.register("crm", crm, "trusted");
    var answer = new AtomicReference<ServerAnswer>();
    var caller =
        Thread.ofVirtual().start(() -> answer.set(call(ALICE, "crm__echo", arguments("hello"))));
    begun.await();

    broker.remove(new Resource.Key("McpServer", "crm"));
    removed.countDown();

    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
    assertThat(answer.get().text()).contains("hello");
    assertThatThrownBy(() -> call(ALICE, "crm__echo", arguments("again")))
        .satisfies(hasCode(RefusalCode.UNKNOWN_TOOL));
  }
}
