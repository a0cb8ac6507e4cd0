package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.upstream.StdioUpstreamTest.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.CallScript;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HttpUpstreamFaultsTest extends HttpUpstreamScene {
  /** How long an answer may take where one stays away, which others are to be quicker than. */
  private static final Duration SOON = Duration.ofSeconds(3);

  @Test
  void reportsNoProgressOfAnotherCall() {
    server.answerCalls((_, exchange, request) -> {
      var foreign = TestingMcpServer.progress(request, 1, "not yours");
      foreign.withObjectProperty("params").put("progressToken", 999_999);
      TestingMcpServer.stream(exchange, 100, foreign, response(request, Json.object()));
    });
    var conversation = new RecordingConversation();

    upstream.ask(toolCall("echo", Json.object()), Lent.nothing(), conversation);

    assertThat(conversation.reported).isEmpty();
  }

  @Test
  void answersWhatTheServerAsksInTheStreamWithNo() {
    server.answerCalls((_, exchange, request) -> {
      var question = Json.object().put("jsonrpc", "2.0").put("id", "q").put("method", "ping");
      TestingMcpServer.stream(
          exchange,
          100,
          question,
          question.deepCopy().put("method", "sampling/createMessage").put("id", 5),
          response(request, Json.object()));
    });

    call(upstream);

    assertThat(server.seen(""))
        .extracting(request -> request.body().toString())
        .anySatisfy(body -> assertThat(body).contains("\"id\":\"q\"").contains("\"result\":{}"))
        .anySatisfy(body -> assertThat(body).contains("\"id\":5").contains("-32601"));
  }

  @Test
  void passesErrorsOn() {
    server.answerCalls((_, exchange, request) ->
        TestingMcpServer.send(exchange, 200, TestingMcpServer.failure(request, -32000, "no luck")));

    assertThat(upstream.ask(toolCall("echo", Json.object()), Lent.nothing(), Conversation.none()))
        .isInstanceOfSatisfying(
            UpstreamAnswer.Failure.class,
            failure -> assertThat(failure.error().path("message").asText()).isEqualTo("no luck"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void saysWhatWentWrongInItsOwnWords(String name, RefusalCode code, CallScript script) {
    call(upstream);
    server.answerCalls(script);

    assertThatThrownBy(() -> call(upstream)).satisfies(hasCode(code));
    server.answerCalls(TestingMcpServer::answerByTool);
    assertThat(call(upstream).at("/structuredContent/text").asText()).isEqualTo("hello");
  }

  @Test
  void endsACallInTimeHoweverSlowlyTheAnswerDrips() {
    var quick = upstream(server, SOON);
    quick.inspect(Lent.nothing());
    server.answerCalls((_, exchange, _) -> {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      try (var out = exchange.getResponseBody()) {
        while (!end.await(50, TimeUnit.MILLISECONDS)) {
          out.write(": drip\n\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    });

    assertThatThrownBy(() -> call(quick)).satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));
  }

  @Test
  void endsACallInTimeThatIsNotAnswered() {
    var quick = upstream(server, SOON);
    quick.inspect(Lent.nothing());
    server.answerCalls((_, _, _) -> waitForTheEnd());

    assertThatThrownBy(() -> call(quick)).satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));
  }

  @Test
  void givesUpACallThatIsCancelled() throws Exception {
    call(upstream);
    var begun = new CountDownLatch(1);
    server.answerCalls((_, _, _) -> {
      begun.countDown();
      waitForTheEnd();
    });
    var conversation = new RecordingConversation();
    var thread =
        Thread.ofVirtual()
            .start(() ->
                assertThatThrownBy(() -> conversation.cancellation().during(() -> call(upstream)))
                    .isInstanceOf(CallCancelledException.class));
    begun.await();

    conversation.cancellation().cancel();

    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    assertToldThatNobodyWaits();
  }

  /** The last call is named by its id in the notification that came after it. */
  private void assertToldThatNobodyWaits() {
    var told = server.seen().getLast();
    var called = server.seen().get(server.seen().size() - 2);
    assertThat(told.method()).isEqualTo("notifications/cancelled");
    assertThat(told.header("Mcp-Session-Id")).isNotEmpty();
    assertThat(called.method()).isEqualTo("tools/call");
    assertThat(told.body().at("/params/requestId")).isEqualTo(called.body().path("id"));
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void saysOnlyInASessionThatNobodyWaits(Era era) {
    try (var other = TestingMcpServer.speaking(era).withEcho("echo")) {
      var quick = upstream(other, SOON);
      quick.inspect(Lent.nothing());
      other.answerCalls((_, _, _) -> waitForTheEnd());

      assertThatThrownBy(() -> call(quick)).satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));

      assertThat(other.seen().getLast().method())
          .isEqualTo(era == Era.SESSIONS ? "notifications/cancelled" : "tools/call");
      end.countDown();
    }
  }

  @Test
  void saysThatThereIsNoServer() {
    var nowhere =
        new HttpUpstream(
            new HttpSettings(
                "test",
                URI.create("http://127.0.0.1:1/mcp"),
                Optional.empty(),
                Duration.ofSeconds(5),
                LARGEST,
                new AnswerMemory(1 << 24)),
            client,
            () -> {});

    assertThatThrownBy(() -> call(nowhere)).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void listsTheToolsOfAllPages(Era era) {
    try (var paged = TestingMcpServer.speaking(era)) {
      for (int i = 0; i < 5; i++) {
        paged.withEcho("tool" + i);
      }

      assertThat(upstream(paged, Duration.ofSeconds(20)).inspect(Lent.nothing()).tools())
          .hasSize(5);
    }
  }
}
