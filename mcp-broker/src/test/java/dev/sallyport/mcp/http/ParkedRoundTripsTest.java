package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Ended;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients without sessions, servers with: a call waits while its client is asked. */
class ParkedRoundTripsTest extends RoundTripScene {
  private static final ObjectNode CALL = call("ask", "a");

  @Test
  void asksTwiceByAnswersAndGoesOnWithTheSameCall() {
    legacy.answerCalls(
        (server, exchange, request) -> asking(server, exchange, request, ELICIT, "roots/list"));
    int before = broker.evidence.records(Begun.class).size();
    int resumed = resumed();

    var first = wished(CALL);
    assertThat(first.at("/inputRequests/input-1/method").asText()).isEqualTo(ELICIT);
    assertThat(first.at("/inputRequests/input-1/params/message").asText()).isEqualTo(ELICIT);
    var second = result(sent(again(CALL, first)));
    assertThat(second.at("/inputRequests/input-2/method").asText()).isEqualTo("roots/list");
    assertThat(second.path("requestState")).isEqualTo(first.path("requestState"));
    var last = result(sent(again(CALL, second)));

    assertThat(last.path("resultType").asText("complete")).isEqualTo("complete");
    assertThat(last.at("/structuredContent/answers/0/to").asText()).isEqualTo("input-1");
    assertThat(last.at("/structuredContent/answers/1/to").asText()).isEqualTo("input-2");
    assertThat(broker.evidence.records(Begun.class)).hasSize(before + 3);
    assertThat(resumed()).isEqualTo(resumed + 2);
    assertRefused(sent(again(CALL, second)), "malformed_request");
  }

  private int resumed() {
    return (int)
        broker.evidence.records(Ended.class).stream()
            .filter(ended -> ended.facts().path("resumed").asBoolean())
            .count();
  }

  @Test
  void asksAgainWhatWasNotAnswered() {
    var first = wished(CALL);
    var silent = again(CALL, first);
    silent.remove("inputResponses");

    assertThat(result(sent(silent))).isEqualTo(first);
    var wrong = again(CALL, first);
    wrong.putObject("inputResponses").put("input-1", "yes").putObject("input-2");
    assertThat(result(sent(wrong)).path("inputRequests")).isEqualTo(first.path("inputRequests"));
    assertThat(result(sent(again(CALL, first))).has("structuredContent")).isTrue();
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        stranger(
            "another principal",
            (scene, retry) -> modern(scene.bob("legacy"), "tools/call", retry)),
        stranger(
            "another server",
            (scene, retry) -> modern(scene.alice("ancient"), "tools/call", retry)),
        stranger("another tool", (scene, retry) -> scene.sent(retry.put("name", "other"))),
        stranger(
            "other arguments",
            (scene, retry) -> {
              retry.withObjectProperty("arguments").put("text", "b");
              return scene.sent(retry);
            }),
        stranger("a member more", (scene, retry) -> scene.sent(retry.put("more", 1))),
        stranger(
            "a handle that there is not",
            (scene, retry) -> scene.sent(retry.put("requestState", "waiting."))),
        stranger(
            "a longer handle",
            (scene, retry) ->
                scene.sent(retry.put("requestState", retry.path("requestState").asText() + "A"))));
  }

  private static Arguments stranger(
      String name, BiFunction<ParkedRoundTripsTest, ObjectNode, Answer> how) {
    return Arguments.argumentSet(name, how);
  }

  /** R8: a handle is worth nothing to anyone else, nor for anything else; it is on record. */
  @ParameterizedTest
  @MethodSource("strangers")
  void goesOnOnlyWithTheSameRequestOfTheSamePrincipal(
      BiFunction<ParkedRoundTripsTest, ObjectNode, Answer> stranger) {
    var first = wished(CALL);
    int records = broker.evidence.records().size();

    assertRefused(stranger.apply(this, again(CALL, first)), "malformed_request");
    assertThat(broker.evidence.records().size()).isGreaterThan(records);
    assertThat(result(sent(again(CALL, first))).has("structuredContent")).isTrue();
  }

  @Test
  void givesUpACallThatItsClientMayNotMakeAnyMore() {
    var first = wished(CALL);
    long aborted = outcomes("aborted");
    granted = false;

    assertRefused(sent(again(CALL, first)), "unknown_tool");

    assertThat(broker.evidence.records(Refused.class)).isNotEmpty();
    awaitOutcomes("aborted", aborted + 1);
    granted = true;
    assertRefused(sent(again(CALL, first)), "malformed_request");
  }

  @Test
  void takesOneRequestAtATime() throws Exception {
    var answered = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    legacy.answerCalls((server, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        var _ = stream.ask(request.get("id"), ELICIT, empty());
        answered.countDown();
        await(end);
        stream.send(TestingMcpServer.response(request, said(empty())));
      }
    });
    var first = wished(CALL);

    var one = CompletableFuture.supplyAsync(() -> sent(again(CALL, first)));
    answered.await();
    var other = error(sent(again(CALL, first)));
    end.countDown();

    assertThat(other.path("code").asInt()).isEqualTo(-32_600);
    assertThat(other.at("/data/code").asText()).isEqualTo("conflict");
    assertThat(result(one.get()).has("structuredContent")).isTrue();
  }

  @Test
  void givesUpACallWhoseClientLeaves() throws Exception {
    var answered = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    legacy.answerCalls((server, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        var _ = stream.ask(request.get("id"), ELICIT, empty());
        answered.countDown();
        await(end);
      }
    });
    var first = wished(CALL);
    long aborted = outcomes("aborted");
    var retry = again(CALL, first);

    try (var leg =
        alice("legacy")
            .open(
                "POST",
                body("tools/call", retry, able("elicitation", "roots")),
                headers("tools/call", retry))) {
      answered.await();
      assertThat(leg.line()).isPresent(); // the stream says that it is still there
    }

    awaitOutcomes("aborted", aborted + 2); // the call, and the request that went on with it
    end.countDown();
  }

  private JsonNode wished(ObjectNode params) {
    var wish = result(sent(params));
    assertThat(wish.path("resultType").asText()).isEqualTo("input_required");
    assertThat(wish.path("requestState").asText()).startsWith("waiting.");
    return wish;
  }

  Answer sent(ObjectNode params) {
    return modern(alice("legacy"), "tools/call", params, able("elicitation", "roots"));
  }
}
