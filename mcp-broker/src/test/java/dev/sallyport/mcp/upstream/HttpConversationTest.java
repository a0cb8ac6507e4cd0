package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.testing.TestingStream.notification;
import static dev.sallyport.mcp.testing.TestingStream.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What server and client say to each other while a server works on a request. */
class HttpConversationTest extends HttpConversationScene {
  @Test
  void carriesAQuestionToTheClientAndItsAnswerBackInTheSameSession() {
    answerWithWhatTheClientSays("elicitation/create", "{\"message\":\"Sure?\",\"x\":1}");
    var client = client("{\"elicitation\":{}}", "{\"action\":\"accept\",\"extra\":[1.25]}");

    var answer = ask(upstream, ANN, client);

    assertThat(client.asked)
        .extracting(ObjectNode::toString)
        .containsExactly("{\"method\":\"elicitation/create\",\"message\":\"Sure?\",\"x\":1}");
    assertThat(answer.path("heard").toString())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":\"q-1\",\"result\":{\"action\":\"accept\",\"extra\":[1.25]}}");
    var posted = server.seen("").getLast();
    assertThat(posted.header("Mcp-Session-Id"))
        .isEqualTo(server.seen("tools/call").getLast().header("Mcp-Session-Id"))
        .isNotEmpty();
    assertThat(posted.header("MCP-Protocol-Version")).isEqualTo("2025-11-25");
  }

  @Test
  void carriesAClientsRefusalBackAsItIs() {
    answerWithWhatTheClientSays("sampling/createMessage", "{}");
    var error = (ObjectNode) tree("{\"code\":-1,\"message\":\"no\",\"data\":{\"a\":2.25}}");
    var client =
        new RecordingConversation(
            face("{\"sampling\":{}}"), (_, _) -> new ClientAnswer.Refused(error));

    assertThat(ask(upstream, ANN, client).at("/heard/error")).isEqualTo(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "elicitation/create; {}; {\"sampling\":{}}; -32601",
        "sampling/createMessage; {}; {\"elicitation\":{}}; -32601",
        "roots/list; {}; {\"elicitation\":{},\"sampling\":{}}; -32601",
        "tools/call; {}; {\"elicitation\":{},\"tools\":{}}; -32601",
        "no/such; {}; {\"no/such\":{}}; -32601",
        "elicitation/create; {\"mode\":\"url\"}; {\"elicitation\":{}}; -32602",
        "elicitation/create; {\"mode\":\"form\"}; {\"elicitation\":{\"url\":{}}}; -32602",
        "elicitation/create; {\"mode\":\"other\"}; {\"elicitation\":{\"url\":{}}}; -32602",
        "sampling/createMessage; {\"tools\":[]}; {\"sampling\":{}}; -32602",
      })
  void asksAClientForNothingThatItDidNotDeclare(
      String method, String params, String capabilities, int code) {
    answerWithWhatTheClientSays(method, params);
    var client = client(capabilities, "{}");

    assertThat(ask(upstream, ANN, client).at("/heard/error/code").asInt()).isEqualTo(code);
    assertThat(client.asked).isEmpty();
  }

  @Test
  void beginsASessionAsEachClientOfItsOwn() {
    var forms = client("{\"elicitation\":{\"form\":{}}}", "{}");
    var roots = client("{\"roots\":{}}", "{}");

    for (int i = 0; i < 2; i++) {
      ask(upstream, ANN, forms);
      ask(upstream, BOB, forms);
      ask(upstream, ANN, roots);
      ask(upstream, ANN, new RecordingConversation());
      ask(upstream, BOB, new RecordingConversation());
    }

    assertThat(server.seen("initialize"))
        .extracting(seen -> seen.body().at("/params/capabilities").toString())
        .containsExactly(
            "{\"elicitation\":{\"form\":{}}}",
            "{\"elicitation\":{\"form\":{}}}",
            "{\"roots\":{}}",
            "{}");
    assertThat(server.seen("server/discover")).hasSizeLessThanOrEqualTo(4);
    var sessions = server.seen("tools/call").stream().map(s -> s.header("Mcp-Session-Id")).toList();
    assertThat(sessions.subList(0, 5)).isEqualTo(sessions.subList(5, 10));
    assertThat(sessions.get(3)).isEqualTo(sessions.get(4));
    assertThat(sessions.stream().distinct()).hasSize(4);
  }

  @Test
  void tellsWhatTheServerLogsAndHowSevereItMustBe() {
    server.able("logging", Json.object());
    server.answerCalls((_, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.send(
            notification("notifications/message", tree("{\"level\":\"info\",\"data\":1.0}")));
        stream.send(response(request, Json.object()));
      }
    });
    var client =
        new RecordingConversation(
            new ClientFace(Json.object(), Optional.of("warning")),
            (_, _) -> ClientAnswer.Refused.unknownMethod());

    ask(upstream, ANN, client);
    ask(upstream, ANN, client);

    assertThat(client.logged)
        .extracting(ObjectNode::toString)
        .containsExactly("{\"level\":\"info\",\"data\":1.0}", "{\"level\":\"info\",\"data\":1.0}");
    assertThat(server.seen("logging/setLevel"))
        .singleElement()
        .satisfies(
            seen -> assertThat(seen.body().at("/params/level").asText()).isEqualTo("warning"));
  }

  @Test
  void saysEachTimeToAServerWithoutSessionsWhoAsks() {
    try (var stateless = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo")) {
      var to = upstream(stateless, Duration.ofSeconds(20));
      var client =
          new RecordingConversation(
              new ClientFace((ObjectNode) tree("{\"elicitation\":{}}"), Optional.of("debug")),
              (_, _) -> ClientAnswer.Refused.unknownMethod());
      var request =
          new UpstreamRequest(
              ANN,
              "tools/call",
              Optional.of("echo"),
              (ObjectNode) tree("{\"name\":\"echo\",\"arguments\":{}}"),
              Map.of("Region", "z\u00fcrich", "Level", "3"));

      to.ask(request, Lent.nothing(), client);
      to.ask(request, Lent.nothing(), new RecordingConversation());

      var calls = stateless.seen("tools/call");
      var meta = calls.getFirst().body().at("/params/_meta");
      assertThat(meta.path("io.modelcontextprotocol/clientCapabilities").toString())
          .isEqualTo("{\"elicitation\":{}}");
      assertThat(meta.path("io.modelcontextprotocol/logLevel").asText()).isEqualTo("debug");
      assertThat(calls.getFirst().header("Mcp-Param-Region")).isEqualTo("=?base64?esO8cmljaA==?=");
      assertThat(calls.getFirst().header("Mcp-Param-Level")).isEqualTo("3");
      var plain = calls.getLast().body().at("/params/_meta");
      assertThat(plain.path("io.modelcontextprotocol/clientCapabilities").toString())
          .isEqualTo("{}");
      assertThat(plain.has("io.modelcontextprotocol/logLevel")).isFalse();
    }
  }

  @Test
  void countsNoTimeInWhichAPersonThinks() {
    answerWithWhatTheClientSays("elicitation/create", "{}");
    var quick = upstream(server, Duration.ofSeconds(3));
    ask(quick, ANN, new RecordingConversation(face("{\"elicitation\":{}}"), (_, _) -> given("{}")));
    var never = new CountDownLatch(1);
    var slow =
        new RecordingConversation(
            face("{\"elicitation\":{}}"),
            (_, _) -> {
              await(never, Duration.ofMillis(3_200));
              return given("{\"action\":\"accept\"}");
            });

    assertThat(ask(quick, ANN, slow).at("/heard/result/action").asText()).isEqualTo("accept");
  }

  @Test
  void givesUpACallWhosePersonIsGone() throws Exception {
    var asked = new CountDownLatch(1);
    answerWithWhatTheClientSays("elicitation/create", "{}");
    var client =
        new RecordingConversation(
            face("{\"elicitation\":{}}"),
            (_, _) -> {
              asked.countDown();
              await(new CountDownLatch(1), Duration.ofSeconds(20));
              return given("{}");
            });
    var thread =
        Thread.ofVirtual()
            .start(() ->
                assertThatThrownBy(
                        () -> client.cancellation().during(() -> ask(upstream, ANN, client)))
                    .isInstanceOf(CallCancelledException.class));
    asked.await();

    client.cancellation().cancel();

    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertThat(server.seen().getLast().method()).isEqualTo("notifications/cancelled");
  }

  @Test
  void answersNoMoreQuestionsThanACallMayHave() {
    server.answerCalls((_, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        for (int i = 0; i < 10_000; i++) {
          stream.send(question(IntNode.valueOf(i), "roots/list", Json.object()));
        }
        stream.send(response(request, Json.object()));
      }
    });
    var client = client("{\"roots\":{}}", "{}");

    assertThatThrownBy(() -> ask(upstream, ANN, client))
        .satisfies(hasCode(RefusalCode.UPSTREAM_MALFORMED));
    assertThat(client.asked).hasSize(Questions.MOST);
  }

  @Test
  void takesNoQuestionFromAServerWithoutSessions() {
    try (var stateless = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo")) {
      stateless.answerCalls((_, exchange, request) ->
          TestingMcpServer.stream(
              exchange,
              100,
              question(new TextNode("q"), "roots/list", Json.object()),
              response(request, Json.object())));
      var client = client("{\"roots\":{}}", "{}");
      var to = upstream(stateless, Duration.ofSeconds(20));

      assertThatThrownBy(() -> ask(to, ANN, client))
          .satisfies(hasCode(RefusalCode.UPSTREAM_MALFORMED));
      assertThat(client.asked).isEmpty();
    }
  }

  @Test
  void heedsNothingThatComesAfterTheAnswer() {
    server.answerCalls((_, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.send(response(request, Json.object().put("first", true)));
        stream.send(question(new TextNode("late"), "roots/list", Json.object()));
        stream.send(response(request, Json.object().put("first", false)));
        waitForTheEnd();
      }
    });
    var client = client("{\"roots\":{}}", "{}");

    assertThat(ask(upstream, ANN, client).path("first").asBoolean()).isTrue();
    assertThat(client.asked).isEmpty();
    assertThat(server.seen("")).isEmpty();
  }
}
