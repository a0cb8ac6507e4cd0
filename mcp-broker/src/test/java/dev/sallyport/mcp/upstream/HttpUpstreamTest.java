package dev.sallyport.mcp.upstream;

import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.CallScript;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.StdioUpstreamTest.RecordingProgress;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.Redactor;
import dev.sallyport.vault.egress.EgressConfig;
import dev.sallyport.vault.egress.PooledEgressClient;
import dev.sallyport.vault.redact.Automaton;
import dev.sallyport.vault.redact.SecretRedactor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUpstreamTest {
  private static final int LARGEST = 100_000;
  private static final String SECRET = "s3cr3t-token-of-the-crm-000";

  private final PooledEgressClient client = new PooledEgressClient(EgressConfig.defaults());
  private final TestingMcpServer server = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo");
  private final HttpUpstream upstream = upstream(server, Duration.ofSeconds(20));
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() {
    end.countDown();
    server.close();
    client.close();
  }

  @Test
  void asksAServerOfSessionsOnceAndStaysInItsSession() {
    upstream.inspect(Lent.nothing());
    call(upstream);
    call(upstream);

    assertThat(server.seen("server/discover")).hasSize(1);
    assertThat(server.seen("initialize")).hasSize(1);
    assertThat(server.seen("notifications/initialized")).hasSize(1);
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
      to.call(new UpstreamCall("h\u00e9", Json.object()), Lent.nothing(), Progress.none());

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
                server.url(), Optional.of(Revision.R2025_11_25), Duration.ofSeconds(20), LARGEST),
            client);

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

    var answer =
        upstream.call(new UpstreamCall("echo", Json.object()), new Loan(), Progress.none());

    assertThat(answer)
        .isInstanceOfSatisfying(
            UpstreamAnswer.Result.class,
            result -> {
              assertThat(result.result().at("/content/0/text").asText())
                  .isEqualTo("so: [REDACTED:crm]");
              assertThat(result.redacted()).isEqualTo(1);
            });
  }

  /** A loan as the real vault makes it. */
  private static final class Loan implements Lent {
    private final Redactor redactor = new SecretRedactor(Automaton.of(SECRET), "crm");

    @Override
    public Map<String, String> headers() {
      return Map.of();
    }

    @Override
    public Map<String, String> variables() {
      return Map.of();
    }

    @Override
    public Redactor redactor() {
      return redactor;
    }

    @Override
    public void close() {}
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
    var progress = new RecordingProgress();

    var answer = upstream.call(new UpstreamCall("echo", Json.object()), Lent.nothing(), progress);

    assertThat(((UpstreamAnswer.Result) answer).result().path("answer").asText())
        .isEqualTo("\u00e9");
    assertThat(progress.reported)
        .extracting(ObjectNode::toString)
        .containsExactly(
            "{\"progress\":1,\"total\":3,\"message\":\"one \u20ac\"}",
            "{\"progress\":2,\"total\":3,\"message\":\"two\"}");
  }

  @Test
  void reportsNoProgressOfAnotherCall() {
    server.answerCalls((_, exchange, request) -> {
      var foreign = TestingMcpServer.progress(request, 1, "not yours");
      foreign.withObjectProperty("params").put("progressToken", 999_999);
      TestingMcpServer.stream(exchange, 100, foreign, response(request, Json.object()));
    });
    var progress = new RecordingProgress();

    upstream.call(new UpstreamCall("echo", Json.object()), Lent.nothing(), progress);

    assertThat(progress.reported).isEmpty();
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

    assertThat(
            upstream.call(new UpstreamCall("echo", Json.object()), Lent.nothing(), Progress.none()))
        .isInstanceOfSatisfying(
            UpstreamAnswer.Failure.class,
            failure -> assertThat(failure.error().path("message").asText()).isEqualTo("no luck"));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("killed", RefusalCode.UPSTREAM_UNAVAILABLE, (_, exchange, _) -> exchange.close()),
        fault("malformed", RefusalCode.UPSTREAM_MALFORMED, raw(200, "application/json", "{\"x\"")),
        fault("empty", RefusalCode.UPSTREAM_MALFORMED, raw(200, "application/json", "")),
        fault("html", RefusalCode.UPSTREAM_MALFORMED, raw(200, "text/html", "<p>hi")),
        fault("batch", RefusalCode.UPSTREAM_MALFORMED, raw(200, "application/json", "[]")),
        fault("accepted", RefusalCode.UPSTREAM_REJECTED, raw(202, "text/plain", "")),
        fault("redirect", RefusalCode.UPSTREAM_REJECTED, raw(307, "text/plain", "")),
        fault("unauthorized", RefusalCode.UPSTREAM_REJECTED, raw(401, "text/plain", "")),
        fault("forbidden", RefusalCode.UPSTREAM_REJECTED, raw(403, "application/json", "{}")),
        fault("broken", RefusalCode.UPSTREAM_UNAVAILABLE, raw(500, "text/plain", "stack trace")),
        fault("busy", RefusalCode.UPSTREAM_UNAVAILABLE, raw(429, "text/plain", "")),
        fault(
            "giant",
            RefusalCode.RESULT_TOO_LARGE,
            raw(200, "application/json", "{\"x\":\"" + "x".repeat(2 * LARGEST) + "\"}")),
        fault(
            "giant event",
            RefusalCode.RESULT_TOO_LARGE,
            raw(200, "text/event-stream", "data: " + "x".repeat(2 * LARGEST) + "\n\n")),
        fault(
            "stream cut",
            RefusalCode.UPSTREAM_UNAVAILABLE,
            raw(200, "text/event-stream", "data: {\"jsonrpc\":\"2.0\",")),
        fault(
            "wrong id",
            RefusalCode.UPSTREAM_MALFORMED,
            (_, exchange, request) -> {
              var other = ((ObjectNode) request).deepCopy().put("id", 424_242);
              TestingMcpServer.send(exchange, 200, response(other, Json.object()));
            }),
        fault(
            "id as a text",
            RefusalCode.UPSTREAM_MALFORMED,
            (_, exchange, request) -> {
              var other = ((ObjectNode) request).deepCopy().put("id", request.path("id").asText());
              TestingMcpServer.send(exchange, 200, response(other, Json.object()));
            }),
        fault(
            "asks for input",
            RefusalCode.UPSTREAM_MALFORMED,
            (_, exchange, request) ->
                TestingMcpServer.send(
                    exchange,
                    200,
                    response(request, Json.object().put("resultType", "input_required")))),
        fault(
            "hidden twice",
            RefusalCode.UPSTREAM_MALFORMED,
            raw(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":3,\"id\":4,\"result\":{}}")));
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
    var quick = upstream(server, Duration.ofSeconds(1));
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
    var quick = upstream(server, Duration.ofMillis(500));
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
    var progress = new RecordingProgress();
    var thread =
        Thread.ofVirtual()
            .start(() ->
                assertThatThrownBy(() -> progress.cancellation.during(() -> call(upstream)))
                    .isInstanceOf(CallCancelledException.class));
    begun.await();

    progress.cancellation.cancel();

    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void saysThatThereIsNoServer() {
    var nowhere =
        new HttpUpstream(
            new HttpSettings(
                URI.create("http://127.0.0.1:1/mcp"),
                Optional.empty(),
                Duration.ofSeconds(5),
                LARGEST),
            client);

    assertThatThrownBy(() -> call(nowhere)).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void listsTheToolsOfAllPages(Era era) {
    try (var paged = TestingMcpServer.speaking(era)) {
      for (int i = 0; i < 5; i++) {
        paged.withEcho("tool" + i);
      }

      assertThat(upstream(paged, Duration.ofSeconds(20)).inspect(Lent.nothing())).hasSize(5);
    }
  }

  private void waitForTheEnd() {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpUpstream upstream(TestingMcpServer to, Duration timeout) {
    return new HttpUpstream(new HttpSettings(to.url(), Optional.empty(), timeout, LARGEST), client);
  }

  private static JsonNode call(HttpUpstream upstream) {
    var call = new UpstreamCall("echo", Json.object().put("text", "hello"));
    return switch (upstream.call(call, Lent.nothing(), Progress.none())) {
      case UpstreamAnswer.Result(var result, _, _) -> result;
      case UpstreamAnswer.Failure(var error, _, _) -> throw new AssertionError(error);
    };
  }

  private static Arguments fault(String name, RefusalCode code, CallScript script) {
    return Arguments.of(name, code, script);
  }

  private static CallScript raw(int status, String type, String body) {
    return (_, exchange, _) -> TestingMcpServer.sendRaw(exchange, status, type, body);
  }

  private static Consumer<Throwable> hasCode(RefusalCode code) {
    return StdioUpstreamTest.hasCode(code);
  }
}
