package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients are told beside the answers to their requests, and streams that they lost. */
@Timeout(60)
class StreamRoutesTest extends ItemScene {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CountDownLatch end = new CountDownLatch(1);

  /** So that nothing is new to it that comes while something else is gone. */
  @BeforeAll
  void approveWhatComesAndGoes() throws InterruptedException {
    var names = List.of("added", "more", "alices");
    names.forEach(upstream::withEcho);
    inspect();
    names.forEach(upstream::remove);
    inspect();
  }

  private void inspect() throws InterruptedException {
    broker.clock.advance(Duration.ofMillis(1));
    assertThat(broker.registry.inspect("open", PATIENCE)).isTrue();
  }

  @Test
  void servesOneStreamASessionAndToItsPrincipalAlone() {
    var caller = caller("alice", "open");
    var session = session(caller, "2025-11-25", empty());

    try (var stream = caller.open("GET", "", session)) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
      assertThat(stream.line()).hasValue(": ");
      assertThat(caller.send("GET", "", session).status()).isEqualTo(409);
      assertThat(caller("bob", "open").send("GET", "", session).status()).isEqualTo(404);
      assertThat(caller.send("DELETE", "", session).status()).isEqualTo(204);
      assertThat(stream.rest()).isEmpty();
    }
    assertThat(caller.send("GET", "", session).status()).isEqualTo(404);
    assertThat(caller.send("GET", "", Map.of()).status()).isEqualTo(405);
  }

  @Test
  void servesNoStreamToWhoTakesNone() {
    var caller = caller("alice", "open");
    var session = session(caller, "2025-11-25", empty());
    session.put("Accept", "application/json");

    assertThat(caller.send("GET", "", session).status()).isEqualTo(406);
  }

  @Test
  void tellsASessionThatItsListChanged() throws InterruptedException {
    var caller = caller("alice", "open");
    var session = session(caller, "2025-11-25", empty());

    try (var stream = caller.open("GET", "", session)) {
      assertThat(stream.line()).hasValue(": ");
      upstream.withEcho("added");
      inspect();

      assertThat(stream.next().toString())
          .isEqualTo(
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{}}");
      upstream.remove("added");
      inspect();
      assertThat(stream.next().path("method").asText())
          .isEqualTo("notifications/tools/list_changed");
    }
  }

  static Stream<JsonNode> ids() {
    return Stream.of(IntNode.valueOf(7), TextNode.valueOf("listen-1"), TextNode.valueOf(""));
  }

  @ParameterizedTest
  @MethodSource("ids")
  void acknowledgesFirstAndNamesItsRequestInAllThatItTells(JsonNode id)
      throws InterruptedException {
    var wanted = empty().put("toolsListChanged", true).put("promptsListChanged", false);
    wanted.put("unknown", true);
    wanted.putArray("resourceSubscriptions").add("file:///a").add("file:///hidden").add(1);

    try (var stream = listening(caller("alice", "open"), id, wanted)) {
      var first = stream.next();
      assertThat(first.path("method").asText())
          .isEqualTo("notifications/subscriptions/acknowledged");
      assertThat(first.at("/params/notifications").toString())
          .isEqualTo("{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"file:///a\"]}");
      assertThat(subscription(first.path("params"))).isEqualTo(id);

      upstream.withEcho("more");
      inspect();
      var changed = stream.next();
      assertThat(changed.path("method").asText()).isEqualTo("notifications/tools/list_changed");
      assertThat(subscription(changed.path("params"))).isEqualTo(id);
      upstream.remove("more");
      inspect();
    }
  }

  private static JsonNode subscription(JsonNode holder) {
    return holder.at("/_meta/io.modelcontextprotocol~1subscriptionId");
  }

  @Test
  void tellsNobodyOfWhatOthersHave() throws InterruptedException {
    var wanted = empty().put("toolsListChanged", true).put("promptsListChanged", true);

    try (var bobs = listening(caller("bob", ""), IntNode.valueOf(1), wanted)) {
      assertThat(bobs.next().has("method")).isTrue();
      upstream.withEcho("alices");
      upstream.answer(
          "prompts/list",
          list(
              "prompts",
              empty().put("name", "bobs").put("title", "Another"),
              empty().put("name", "greet")));
      inspect();

      assertThat(bobs.next().path("method").asText())
          .isEqualTo("notifications/prompts/list_changed");
    } finally {
      upstream.remove("alices");
      upstream.answer(
          "prompts/list",
          list(
              "prompts",
              empty().put("name", "bobs"),
              empty().put("name", "greet"),
              empty().put("name", "hidden"),
              empty().put("name", "sum")));
      inspect();
    }
  }

  @ParameterizedTest
  @CsvSource({"256, true", "257, false"})
  void decidesOnNoMoreThanOneStreamCanTellOf(int count, boolean decided) {
    var wanted = empty();
    var named = wanted.putArray("resourceSubscriptions");
    for (int i = 0; i < count; i++) {
      named.add("file:///hidden/" + i);
    }
    int before = broker.evidence.records(Refused.class).size();

    try (var stream = listening(caller("alice", "open"), IntNode.valueOf(1), wanted)) {
      assertThat(stream.header("Content-Type").contains("event-stream")).isEqualTo(decided);
    }
    assertThat(broker.evidence.records(Refused.class)).hasSize(before + (decided ? count : 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"notifications\":1}", "{\"notifications\":[]}"})
  void listensToNothingThatIsNotSaid(String params) throws Exception {
    var answer = alice(MODERN, "open", "subscriptions/listen", (ObjectNode) JSON.readTree(params));

    assertThat(error(answer).path("code").asInt()).isEqualTo(-32_602);
  }

  @Test
  void endsAtOnceWhereNothingIsHonoured() {
    try (var stream = listening(caller("alice", "open"), IntNode.valueOf(1), empty())) {
      var messages = stream.rest();
      assertThat(messages).hasSize(2);
      assertThat(messages.getLast().at("/result/resultType").asText()).isEqualTo("complete");
      assertThat(subscription(messages.getLast().path("result"))).isEqualTo(IntNode.valueOf(1));
    }
  }

  @Test
  void knowsNoServerThatACallerHasNothingOf() {
    var params = empty();
    params.putObject("notifications").put("toolsListChanged", true);

    assertThat(alice(MODERN, "none", "subscriptions/listen", params).status()).isEqualTo(404);
  }

  @Test
  void goesOnWithoutAClientThatIsGoneAndGivesItTheRestWhenItComesAgain() {
    progressInSteps();
    var caller = caller("alice", "open");
    var session = session(caller, "2025-11-25", empty());
    String place;
    try (var stream = caller.open("POST", callWithProgress(), session)) {
      assertThat(stream.next().at("/params/progress").asInt()).isEqualTo(1);
      place = stream.lastId();
    }
    end.countDown();

    var rest = caller.send("GET", "", at(session, place)).messages();

    assertThat(rest).hasSize(3);
    assertThat(rest.get(0).at("/params/progress").asInt()).isEqualTo(2);
    assertThat(rest.get(1).at("/params/progress").asInt()).isEqualTo(3);
    assertThat(rest.get(2).path("result").isObject()).isTrue();
    var last = caller.send("GET", "", at(session, place.split("-", 2)[0] + "-3")).messages();
    assertThat(last).isEqualTo(rest.subList(2, 3));
    var whole = caller.send("GET", "", at(session, place.split("-", 2)[0] + "-0")).messages();
    assertThat(whole).hasSize(4);
  }

  @Test
  void givesNoStreamToAnotherSessionOrPrincipal() {
    progressInSteps();
    end.countDown();
    var caller = caller("alice", "open");
    var session = session(caller, "2025-11-25", empty());
    var another = session(caller, "2025-11-25", empty());
    assertThat(caller.post(callWithProgress(), session).messages()).hasSize(4);

    assertThat(caller("bob", "open").send("GET", "", at(session, "s1-0")).status()).isEqualTo(404);
    try (var stream = caller.open("GET", "", at(another, "s1-0"))) {
      assertThat(stream.line()).hasValue(": "); // a stream of its own, on which nothing is told
      assertThat(caller.send("DELETE", "", another).status()).isEqualTo(204);
      assertThat(stream.rest()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "s1", "s1-", "s1-x", "s1--1", "s1-5", "s1-2147483647", "s9-0", "-1", "S1-0"})
  void takesAPlaceThatThereIsNotForNone(String place) {
    progressInSteps();
    end.countDown();
    var caller = caller("alice", "open");
    var session = session(caller, "2025-11-25", empty());
    assertThat(caller.post(callWithProgress(), session).messages()).hasSize(4);

    try (var stream = caller.open("GET", "", at(session, place))) {
      assertThat(stream.line()).hasValue(": ");
      assertThat(caller.send("DELETE", "", session).status()).isEqualTo(204);
      assertThat(stream.rest()).isEmpty();
    }
  }

  private static Map<String, String> at(Map<String, String> session, String place) {
    var headers = new TreeMap<>(session);
    headers.put("Last-Event-ID", place);
    return headers;
  }

  /** The second step waits for the test. */
  private void progressInSteps() {
    upstream.answerCalls((server, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.send(TestingMcpServer.progress(request, 1, "one"));
        McpRoutesScene.await(end);
        stream.send(TestingMcpServer.progress(request, 2, "two"));
        stream.send(TestingMcpServer.progress(request, 3, "three"));
        stream.send(TestingMcpServer.response(request, empty()));
      }
    });
  }

  private static String callWithProgress() {
    var params = empty().put("name", "echo");
    params.putObject("arguments");
    params.putObject("_meta").put("progressToken", "t");
    return McpCaller.request("tools/call", params).toString();
  }
}
