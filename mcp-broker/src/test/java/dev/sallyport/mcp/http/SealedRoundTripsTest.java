package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and servers without sessions: what a server has its client carry is sealed. */
class SealedRoundTripsTest extends RoundTripScene {
  private static final ObjectNode CALL = call("ask", "a");

  @ParameterizedTest
  @ValueSource(strings = {"tools/call", "prompts/get"})
  void carriesAWishToTheClientAndItsAnswerBack(String method) {
    int before = broker.evidence.records(Begun.class).size();

    var wish = result(modern(alice("modern"), method, CALL));
    assertThat(wish.path("resultType").asText()).isEqualTo("input_required");
    assertThat(wish.at("/inputRequests/q/method").asText()).isEqualTo(ELICIT);
    assertThat(wish.path("requestState").asText()).isNotEmpty().doesNotContain("s-1");

    var answer = result(modern(alice("modern"), method, again(CALL, wish)));
    assertThat(answer.path("resultType").asText()).isEqualTo("complete");
    assertThat(answer.at("/structuredContent/state").asText()).isEqualTo("s-1");
    assertThat(answer.at("/structuredContent/responses/q/action").asText()).isEqualTo("accept");
    assertThat(broker.evidence.records(Begun.class)).hasSize(before + 2);
  }

  static Stream<Arguments> tamperings() {
    return Stream.of(
        tampering(
            "another principal",
            (scene, retry) -> modern(scene.bob("modern"), "tools/call", retry)),
        tampering(
            "another server", (scene, retry) -> modern(scene.alice("twin"), "tools/call", retry)),
        tampering(
            "another method",
            (scene, retry) -> modern(scene.alice("modern"), "prompts/get", retry)),
        tampering("another tool", (scene, retry) -> scene.retried(retry.put("name", "other"))),
        tampering(
            "other arguments",
            (scene, retry) -> {
              retry.withObjectProperty("arguments").put("text", "b");
              return scene.retried(retry);
            }),
        tampering(
            "one argument more",
            (scene, retry) -> {
              retry.withObjectProperty("arguments").putNull("more");
              return scene.retried(retry);
            }),
        tampering(
            "too late",
            (scene, retry) -> {
              scene.broker.clock.advance(Duration.ofMinutes(10));
              return scene.retried(retry);
            }),
        tampering(
            "of another request",
            (scene, retry) -> {
              var other = result(modern(scene.alice("modern"), "tools/call", call("ask", "b")));
              return scene.retried(retry.set("requestState", other.get("requestState")));
            }),
        tampering(
            "truncated",
            (scene, retry) -> {
              var state = retry.path("requestState").asText();
              return scene.stated(retry, state.substring(0, state.length() - 1));
            }),
        tampering(
            "with a bit flipped",
            (scene, retry) -> {
              var state = retry.path("requestState").asText();
              return scene.stated(retry, (char) (state.charAt(0) ^ 1) + state.substring(1));
            }),
        tampering("empty", (scene, retry) -> scene.stated(retry, "")),
        tampering("plain", (scene, retry) -> scene.stated(retry, "s-1")),
        tampering(
            "plain in base64",
            (scene, retry) ->
                scene.stated(
                    retry,
                    Base64.getEncoder()
                        .encodeToString("{\"state\":\"s-1\"}".getBytes(StandardCharsets.UTF_8)))),
        tampering("huge", (scene, retry) -> scene.stated(retry, "A".repeat(70_000))),
        tampering("a number", (scene, retry) -> scene.retried(retry.put("requestState", 1))),
        tampering(
            "an object",
            (scene, retry) -> {
              retry.putObject("requestState");
              return scene.retried(retry);
            }),
        tampering("nothing", (scene, retry) -> scene.retried(retry.putNull("requestState"))),
        tampering("a handle", (scene, retry) -> scene.stated(retry, "waiting.AAAA")));
  }

  private static Arguments tampering(
      String name, BiFunction<SealedRoundTripsTest, ObjectNode, Answer> how) {
    return Arguments.argumentSet(name, how);
  }

  /** R8: a state that is not what this request was given is refused, and nothing is sent. */
  @ParameterizedTest
  @MethodSource("tamperings")
  void takesAStateOnlyFromWhomAndForWhatItWasGiven(
      BiFunction<SealedRoundTripsTest, ObjectNode, Answer> tampering) {
    var wish = result(modern(alice("modern"), "tools/call", CALL));
    long sent = carriedOn();

    var answer = tampering.apply(this, again(CALL, wish));

    assertRefused(answer, "malformed_request");
    assertThat(carriedOn()).isEqualTo(sent);
  }

  /** How many requests the server got that go on with one. */
  private long carriedOn() {
    return modern.seen().stream()
        .filter(seen -> seen.body().path("params").has("inputResponses"))
        .count();
  }

  Answer retried(ObjectNode retry) {
    return modern(alice("modern"), "tools/call", retry);
  }

  Answer stated(ObjectNode retry, String state) {
    return retried(retry.put("requestState", state));
  }

  @Test
  void takesAStateUntilItsTimeIsOver() {
    var wish = result(modern(alice("modern"), "tools/call", CALL));
    broker.clock.advance(Duration.ofMinutes(10).minusMillis(1));

    assertThat(result(retried(again(CALL, wish))).has("structuredContent")).isTrue();
  }

  /** A server that wants what its client cannot give, or what nobody gives. */
  @ParameterizedTest
  @CsvSource({
    "elicitation/create, ''",
    "elicitation/create, sampling",
    "sampling/createMessage, elicitation",
    "roots/list, elicitation",
    "tools/call, elicitation",
    "'', elicitation"
  })
  void asksNoClientForWhatItDidNotSayThatItGives(String method, String capability) {
    modern.answerCalls((_, exchange, request) -> result(exchange, request, wish(method, "s-1")));
    var able = capability.isEmpty() ? empty() : able(capability);

    var result = result(modern(alice("modern"), "tools/call", CALL, able));

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.at("/structuredContent/code").asText()).isEqualTo("upstream_malformed");
    assertThat(result.has("inputRequests")).isFalse();
  }

  @Test
  void letsNoStrictServerAskForAnything() {
    var result = result(modern(alice("strict"), "tools/call", CALL));

    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.toString()).doesNotContain("Sure?", "s-1");
    assertThat(modern.seen("tools/call").getLast().body().toString())
        .contains("\"io.modelcontextprotocol/clientCapabilities\":{}");
  }

  @Test
  void decidesEachRetryAnew() {
    var wish = result(modern(alice("modern"), "tools/call", CALL));
    int sent = modern.seen("tools/call").size();
    granted = false;

    assertRefused(retried(again(CALL, wish)), "unknown_tool");
    assertThat(modern.seen("tools/call")).hasSize(sent);
  }
}
