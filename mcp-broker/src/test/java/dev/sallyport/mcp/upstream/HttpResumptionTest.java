package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.CallScript;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingMcpServer.Seen;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Streams that end before the answer came. */
class HttpResumptionTest extends HttpUpstreamScene {
  private final AtomicReference<JsonNode> asked = new AtomicReference<>(Json.object());

  @Test
  void asksForAStreamAgainFromWhereItBrokeOff() {
    server.answerCalls(broken("retry: 1\nid: e1\ndata: \n\n"));
    server.answerStreams((_, exchange, _) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.send("e2", TestingMcpServer.progress(asked.get(), 1, "on"));
        stream.send("e3", response(asked.get(), Json.object().put("x", 1)));
      }
    });
    var conversation = new RecordingConversation();
    var request = StdioUpstreamTest.toolCall("echo", Json.object());

    var answer = upstream.ask(request, Lent.nothing(), conversation);

    assertThat(answer)
        .isInstanceOfSatisfying(
            UpstreamAnswer.Result.class,
            result -> assertThat(result.result()).hasToString("{\"x\":1}"));
    assertThat(conversation.reported).hasSize(1);
    var resumed = resumptions().getFirst();
    assertThat(resumed.header("Last-Event-ID")).isEqualTo("e1");
    assertThat(resumed.header("Accept")).isEqualTo("text/event-stream");
    assertThat(resumed.header("Mcp-Session-Id"))
        .isEqualTo(server.seen("tools/call").getFirst().header("Mcp-Session-Id"));
    assertThat(server.seen("tools/call")).hasSize(1);
  }

  @Test
  void asksForNoStreamAgainThatHadNoId() {
    server.answerCalls(broken("retry: 1\ndata: \n\n"));

    assertThatThrownBy(() -> call(upstream)).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThat(resumptions()).isEmpty();
  }

  @Test
  void asksOnceForAStreamThatBringsNothingNew() {
    server.answerCalls(broken("retry: 1\nid: e1\ndata: \n\n"));
    server.answerStreams(broken("id: e1\ndata: \n\n"));

    assertThatThrownBy(() -> call(upstream)).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThat(resumptions()).hasSize(1);
  }

  @Test
  void asksNoServerForStreamsWithoutEnd() {
    var ids = new AtomicInteger();
    server.answerCalls(broken("retry: 0\nid: e\ndata: \n\n"));
    server.answerStreams((_, exchange, _) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.raw("id: e" + ids.incrementAndGet() + "\ndata: \n\n");
      }
    });

    assertThatThrownBy(() -> call(upstream)).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThat(resumptions()).hasSize(64);
  }

  @Test
  void givesUpAStreamThatTheServerDoesNotHaveAnyMore() {
    server.answerCalls(broken("retry: 1\nid: e1\ndata: \n\n"));
    server.answerStreams(raw(405, "text/plain", ""));

    assertThatThrownBy(() -> call(upstream)).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThat(resumptions()).hasSize(1);
  }

  @Test
  void waitsForAStreamNoLongerThanTheCallMayTake() {
    var quick = upstream(server, Duration.ofSeconds(3));
    quick.inspect(Lent.nothing());
    server.answerCalls(broken("retry: 999999999\nid: e1\ndata: \n\n"));

    assertThatThrownBy(() -> call(quick)).satisfies(hasCode(RefusalCode.UPSTREAM_TIMEOUT));
  }

  @Test
  void asksAServerWithoutSessionsForNoStreamAgain() {
    try (var stateless = TestingMcpServer.speaking(Era.STATELESS).withEcho("echo")) {
      stateless.answerCalls(broken("retry: 1\nid: e1\ndata: \n\n"));
      var to = upstream(stateless, Duration.ofSeconds(20));

      assertThatThrownBy(() -> call(to)).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
      assertThat(stateless.seen()).extracting(Seen::httpMethod).containsOnly("POST");
    }
  }

  private CallScript broken(String events) {
    return (_, exchange, request) -> {
      if (request.has("id")) {
        asked.set(request);
      }
      TestingMcpServer.sendRaw(exchange, 200, "text/event-stream", events);
    };
  }

  private List<Seen> resumptions() {
    return server.seen().stream().filter(seen -> seen.httpMethod().equals("GET")).toList();
  }
}
