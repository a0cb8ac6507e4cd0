package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.upstream.StdioUpstreamTest.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.vault.Lent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUpstreamTest extends HttpUpstreamScene {
  @Test
  void asksAServerOfSessionsOnceAndStaysInItsSession() {
    upstream.inspect(Lent.nothing());
    call(upstream);
    call(upstream);

    assertThat(server.seen("server/discover")).as("for all, and for its lists").hasSize(2);
    assertThat(server.seen("initialize")).hasSize(2);
    assertThat(server.seen("notifications/initialized")).hasSize(2);
    assertThat(server.seen("tools/call"))
        .hasSize(2)
        .allSatisfy(request -> {
          assertThat(request.header("MCP-Protocol-Version")).isEqualTo("2025-11-25");
          assertThat(request.header("Mcp-Session-Id")).isNotEmpty();
          assertThat(request.body().at("/params/_meta").isMissingNode()).isTrue();
        });
  }

  @Test
  void saysEverythingInEachRequestToAStatelessServer() {
    try (var stateless =
        TestingMcpServer.speaking(Era.STATELESS).withEcho("echo").withEcho("h\u00e9")) {
      var to = upstream(stateless, Duration.ofSeconds(20));

      call(to);
      to.ask(toolCall("h\u00e9", Json.object()), Lent.nothing(), Conversation.none());

      assertThat(stateless.seen("initialize")).isEmpty();
      assertThat(stateless.seen("tools/call"))
          .extracting(r -> r.header("Mcp-Name"))
          .containsExactly("echo", "=?base64?aMOp?=");
      var request = stateless.seen("tools/call").getFirst();
      assertThat(request.header("MCP-Protocol-Version")).isEqualTo("2026-07-28");
      assertThat(request.header("Mcp-Method")).isEqualTo("tools/call");
      var meta = request.body().at("/params/_meta");
      assertThat(meta.path("io.modelcontextprotocol/protocolVersion").asText())
          .isEqualTo("2026-07-28");
      assertThat(meta.path("io.modelcontextprotocol/clientCapabilities").isObject()).isTrue();
    }
  }

  @Test
  void speaksOnlyTheRevisionThatWasConfigured() {
    var fixed =
        new HttpUpstream(
            new HttpSettings(
                "test",
                server.url(),
                Optional.of(Revision.R2025_11_25),
                Duration.ofSeconds(20),
                LARGEST,
                new AnswerMemory(1 << 24)),
            client,
            () -> {});

    call(fixed);

    assertThat(server.seen("server/discover")).isEmpty();
  }

  @Test
  void beginsASessionAgainThatTheServerForgot() {
    call(upstream);
    server.forgetSessions();

    assertThat(call(upstream).at("/structuredContent/text").asText()).isEqualTo("hello");
    assertThat(server.seen("initialize")).hasSize(2);
  }

  @Test
  void sendsNoCallTwiceThatAServerMayHaveCarriedOut() {
    call(upstream);
    server.answerCalls(
        (_, exchange, _) -> TestingMcpServer.sendRaw(exchange, 400, "text/plain", "no"));

    assertThatThrownBy(() -> call(upstream)).satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));
    assertThat(server.seen("tools/call")).hasSize(2);

    server.answerCalls(TestingMcpServer::answerByTool);
    call(upstream);
    assertThat(server.seen("initialize")).hasSize(2);
  }

  /** CV-02: two layers deep, in answers and in streams. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void takesOutWhatAServerPacksTwice(boolean streamed) {
    var encoder = Base64.getEncoder();
    var once = encoder.encodeToString(("key: " + SECRET).getBytes(StandardCharsets.UTF_8));
    var twice = encoder.encodeToString(("again: " + once).getBytes(StandardCharsets.UTF_8));
    server.answerCalls((_, exchange, request) -> {
      var result = Json.object();
      result.putArray("content").addObject().put("type", "text").put("text", "so: " + twice);
      var answer = TestingMcpServer.response(request, result);
      if (streamed) {
        TestingMcpServer.stream(exchange, 7, answer);
      } else {
        TestingMcpServer.send(exchange, 200, answer);
      }
    });

    var answer = upstream.ask(toolCall("echo", Json.object()), new Loan(), Conversation.none());

    assertThat(answer)
        .isInstanceOfSatisfying(
            UpstreamAnswer.Result.class,
            result -> {
              assertThat(result.result().at("/content/0/text").asText())
                  .isEqualTo("so: [REDACTED:crm]");
              assertThat(result.redacted()).isEqualTo(1);
            });
  }

  @Test
  void beginsASessionAgainOnlyOnceACall() {
    call(upstream);
    server.answerCalls(
        (_, exchange, _) -> TestingMcpServer.sendRaw(exchange, 404, "text/plain", "gone"));

    assertThatThrownBy(() -> call(upstream)).satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));
    assertThat(server.seen("tools/call")).hasSize(3);
  }

  /** CV-02 and progress: wherever a stream is split. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 10_000})
  void readsAStreamWithProgressWhateverItsChunks(int bytesAWrite) {
    server.answerCalls((_, exchange, request) ->
        TestingMcpServer.stream(
            exchange,
            bytesAWrite,
            TestingMcpServer.progress(request, 1, "one \u20ac"),
            TestingMcpServer.progress(request, 2, "two"),
            response(request, Json.object().put("answer", "\u00e9"))));
    var conversation = new RecordingConversation();

    var answer = upstream.ask(toolCall("echo", Json.object()), Lent.nothing(), conversation);

    assertThat(((UpstreamAnswer.Result) answer).result().path("answer").asText())
        .isEqualTo("\u00e9");
    assertThat(conversation.reported)
        .extracting(ObjectNode::toString)
        .containsExactly(
            "{\"progress\":1,\"total\":3,\"message\":\"one \u20ac\"}",
            "{\"progress\":2,\"total\":3,\"message\":\"two\"}");
  }

  /** The memory is that of all servers: what of a stream is dropped must not take it. */
  @ParameterizedTest
  @CsvSource({
    "'', event: other|data: %s||",
    "'', : %s|",
    "'', id: %s||",
    "'', unknown: %s|",
    "data: |, : %s|",
    "data: |, event: message|unknown: %s|"
  })
  void takesNoMemoryForWhatItPassesOver(String before, String passedOver) {
    var small = new AnswerMemory(40_000);
    var settings =
        new HttpSettings(
            "test", server.url(), Optional.empty(), Duration.ofSeconds(20), LARGEST, small);
    var dropped = before + passedOver.formatted("x".repeat(2_000)).repeat(100);
    server.answerCalls((_, exchange, request) -> {
      var answer = response(request, Json.object().put("answer", "yes"));
      var stream = dropped.replace('|', '\n') + "data: " + answer + "\n\n";
      TestingMcpServer.sendRaw(exchange, 200, "text/event-stream", stream);
    });

    assertThat(call(new HttpUpstream(settings, client, () -> {})).path("answer").asText())
        .isEqualTo("yes");
  }

  /** Some servers know no cursors, but name one. */
  @ParameterizedTest
  @ValueSource(strings = {"", "more"})
  void takesAPageThatSaysTheSameAgainForTheEnd(String cursor) {
    server.answer(
        "tools/list",
        (_, exchange, request) -> {
          var page = Json.object().put("nextCursor", cursor);
          page.putArray("tools").add(TestingMcpServer.definition("echo"));
          TestingMcpServer.send(exchange, 200, response(request, page));
        });

    assertThat(upstream.inspect(Lent.nothing()).tools()).hasSize(1);
    assertThat(server.seen("tools/list")).hasSize(2);
  }
}
