package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Waits;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * AZ-16: a request that comes again with what its server wanted of the client is decided as it is
 * now, whether the server has the client carry its state or waits for it.
 */
class RetriesDecidedAnewTest extends PolicyScene {
  private static final String CALL = "tools/call";

  private final TestingMcpServer modern =
      TestingMcpServer.speaking(Era.STATELESS)
          .withEcho("ask")
          .able("prompts", object("{}"))
          .answer("prompts/list", ItemScene.list("prompts", object("{\"name\":\"ask\"}")));
  private final TestingMcpServer legacy = TestingMcpServer.speaking(Era.SESSIONS).withEcho("ask");

  @BeforeAll
  void register() {
    modern.answerCalls((_, exchange, request) ->
        RoundTripScene.wishOnce(exchange, request, RoundTripScene.ELICIT));
    modern.answer(
        "prompts/get",
        (_, exchange, request) ->
            RoundTripScene.wishOnce(exchange, request, RoundTripScene.ELICIT));
    legacy.answerCalls((server, exchange, request) ->
        RoundTripScene.asking(server, exchange, request, RoundTripScene.ELICIT));
    broker.register("modern", modern, "trusted");
    broker.register("legacy", legacy, "trusted");
  }

  @AfterAll
  void close() {
    modern.close();
    legacy.close();
  }

  /** One rule is in force, for one server. */
  private void granted(String door, String rule) {
    inForce(policy("alice", "{\"resource\":\"%s\",%s}".formatted(door, rule)));
  }

  private static String when(String condition) {
    return "\"actions\":[\"*\"],\"when\":\"%s\"".formatted(condition);
  }

  static Stream<Arguments> changes() {
    return Stream.of(
            change("\"actions\":[\"other\"]", "action_not_granted"),
            change("\"actions\":[\"*\"],\"deny\":[\"ask\",\"prompts/ask\"]", "denied_by_rule"),
            change(when("args.text == 'b'"), "condition_not_met"),
            change(when("args.none == 'b'"), "condition_failed.attribute_not_found"),
            change("", "no_policy"))
        .flatMap(change ->
            Stream.of(
                Arguments.of("modern", CALL, change.get()[0], change.get()[1]),
                Arguments.of("modern", "prompts/get", change.get()[0], change.get()[1]),
                Arguments.of("legacy", CALL, change.get()[0], change.get()[1])));
  }

  private static Arguments change(String rule, String reason) {
    return Arguments.of(rule, reason);
  }

  @ParameterizedTest(name = "{1} at {0}: {3}")
  @MethodSource("changes")
  @DisplayName("AZ-16: what policies do not grant any more is refused in the second round")
  void refusesWhatIsNotGrantedAnyMore(String door, String method, String rule, String reason) {
    granted(door, when("ctx.calls >= 0"));
    var params = RoundTripScene.call("ask", "a");
    var wish = wished(door, method, params);
    var sent = sent();

    if (rule.isEmpty()) {
      inForce();
    } else {
      granted(door, rule);
    }
    var answer = ask("alice", door, method, RoundTripScene.again(params, wish));

    var target = target(door, method);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(code(answer))
        .isEqualTo(target instanceof Target.Tool ? "unknown_tool" : "unknown_prompt");
    assertDenied(ALICE, target, reason);
    assertThat(sent()).isEqualTo(sent);
  }

  @ParameterizedTest(name = "{1} at {0}")
  @MethodSource("requests")
  @DisplayName("AZ-16: what a person has to decide on now waits in the second round")
  void holdsWhatIsToBeApprovedNow(String door, String method) {
    granted(door, when("ctx.calls >= 0"));
    var params = RoundTripScene.call("ask", "held");
    var wish = wished(door, method, params);
    var sent = sent();

    granted(door, "\"actions\":[\"*\"],\"approve\":[\"*\"]");
    var answer = ask("alice", door, method, RoundTripScene.again(params, wish));

    assertThat(answer.response().body()).doesNotContain("accept");
    assertThat(broker.evidence.records().getLast())
        .isInstanceOfSatisfying(
            Waits.class,
            waits -> assertThat(waits.action().target()).isEqualTo(target(door, method)));
    assertThat(sent()).isEqualTo(sent);
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of("modern", CALL),
        Arguments.of("modern", "prompts/get"),
        Arguments.of("legacy", CALL));
  }

  @ParameterizedTest(name = "{1} at {0}")
  @MethodSource("requests")
  @DisplayName("AZ-16: other arguments are decided on, and are none that the state was given for")
  void takesNoOtherArgumentsInTheSecondRound(String door, String method) {
    granted(door, when("args.text in ['a', 'c']"));
    var params = RoundTripScene.call("ask", "a");
    var wish = wished(door, method, params);
    var sent = sent();

    var denied = RoundTripScene.again(RoundTripScene.call("ask", "b"), wish);
    assertThat(code(ask("alice", door, method, denied))).startsWith("unknown_");
    assertDenied(ALICE, target(door, method), "condition_not_met");

    var other = RoundTripScene.again(RoundTripScene.call("ask", "c"), wish);
    assertThat(code(ask("alice", door, method, other))).isEqualTo("malformed_request");
    assertBegun(ALICE, target(door, method));
    var begun = broker.evidence.records(Begun.class).getLast();
    assertThat(begun.action().arguments().at("/text").asText()).isEqualTo("c");
    assertThat(broker.evidence.records(Ended.class))
        .filteredOn(ended -> ended.callId().equals(begun.callId()))
        .extracting(Ended::outcome)
        .containsExactly(new Outcome.Refused(RefusalCode.MALFORMED_REQUEST));
    assertThat(sent()).isEqualTo(sent);

    var again = RoundTripScene.again(params, wish);
    assertThat(ItemScene.result(ask("alice", door, method, again)).toString()).contains("accept");
    assertBegun(ALICE, target(door, method));
  }

  private ObjectNode wished(String door, String method, ObjectNode params) {
    var wish = ItemScene.result(ask("alice", door, method, params));
    assertThat(wish.path("requestState").asText()).isNotEmpty();
    assertBegun(ALICE, target(door, method));
    return (ObjectNode) wish;
  }

  private static Target target(String door, String method) {
    return method.equals(CALL) ? new Target.Tool(door, "ask") : new Target.Prompt(door, "ask");
  }

  private static String code(Answer answer) {
    return ItemScene.error(answer).at("/data/code").asText();
  }

  /** All that the servers were asked, and told by a client. */
  private List<JsonNode> sent() {
    return Stream.of(modern, legacy)
        .flatMap(server -> server.seen().stream())
        .map(TestingMcpServer.Seen::body)
        .filter(body ->
            body.path("method").asText().equals(CALL)
                || body.path("method").asText().equals("prompts/get")
                || body.toString().contains("accept"))
        .toList();
  }
}
