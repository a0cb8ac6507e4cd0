package dev.sallyport.mcp.upstream;

import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.testing.TestingStream.notification;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sessions of clients that a server can tell apart, and what makes a server suspect. */
class HttpOwnSessionsTest extends HttpConversationScene {
  @Test
  void suspectsAServerOnceACallThatSaysItsListsChanged() {
    server.answerCalls((_, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.send(notification("notifications/tools/list_changed", Json.object()));
        stream.send(notification("notifications/prompts/list_changed", Json.object()));
        stream.send(response(request, Json.object()));
      }
    });
    var suspicious = suspicious(System.nanoTime());

    ask(suspicious, ANN, new RecordingConversation());

    assertThat(suspected).hasValue(1);
  }

  @Test
  void suspectsAServerThatIntroducesItselfOtherwise() {
    var suspicious = suspicious(System.nanoTime());
    ask(suspicious, ANN, new RecordingConversation());
    ask(suspicious, ANN, client("{\"roots\":{}}", "{}"));
    assertThat(suspected).hasValue(0);

    server.able("prompts", Json.object());
    ask(suspicious, ANN, client("{\"sampling\":{}}", "{}"));

    assertThat(suspected).hasValue(1);
  }

  @Test
  void beginsAnOwnSessionAgainThatTheServerForgot() {
    var client = client("{\"roots\":{}}", "{}");
    ask(upstream, ANN, client);
    server.forgetSessions();

    ask(upstream, ANN, client);

    assertThat(server.seen("initialize")).hasSize(2);
    assertThat(server.seen("initialize").getLast().body().at("/params/capabilities").toString())
        .isEqualTo("{\"roots\":{}}");
  }

  @Test
  void endsTheSessionUnusedLongestWhereThereAreTooMany() {
    for (int i = 0; i <= HttpUpstream.MOST_SESSIONS; i++) {
      ask(
          upstream,
          Owner.alone(new PrincipalId("spiffe://prod/agent/" + i)),
          client("{\"roots\":{}}", "{}"));
    }

    assertThat(server.sessions()).hasSize(HttpUpstream.MOST_SESSIONS);
    var ended = server.seen().stream().filter(seen -> seen.httpMethod().equals("DELETE")).toList();
    assertThat(ended)
        .extracting(seen -> seen.header("Mcp-Session-Id"))
        .containsExactly(server.seen("tools/call").getFirst().header("Mcp-Session-Id"));
  }

  @Test
  void endsOwnSessionsThatNobodyUses() {
    var now = new AtomicLong();
    var timed = new HttpUpstream(settings(server), client, () -> {}, now::get);
    ask(timed, ANN, client("{\"roots\":{}}", "{}"));
    now.addAndGet(OwnPlaces.IDLE.toNanos() - 1);
    ask(timed, BOB, client("{\"roots\":{}}", "{}"));
    timed.inspect(Lent.nothing());
    assertThat(server.sessions()).hasSize(4);

    now.incrementAndGet();
    timed.inspect(Lent.nothing());

    assertThat(server.sessions()).hasSize(3);
  }

  /** R13: whatever is asked of one never reaches the other. */
  @Test
  void crossesNothingBetweenTwoOwners() {
    server.answerCalls((_, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        var asked = request.at("/params/arguments/who");
        var heard = stream.ask(new TextNode("q" + request.path("id")), "roots/list", asked(asked));
        stream.send(response(request, Json.object().set("heard", heard)));
      }
    });
    try (var threads = Executors.newFixedThreadPool(16)) {
      var calls =
          IntStream.range(0, 1_000)
              .mapToObj(i ->
                  CompletableFuture.runAsync(() -> oneOfTwo(i % 2 == 0 ? "ann" : "bob"), threads))
              .toList();
      calls.forEach(CompletableFuture::join);
    }
    assertThat(server.seen("initialize")).hasSize(2);
    var sessions = sessionsOf("ann");
    assertThat(sessions).hasSize(1).doesNotContainAnyElementsOf(sessionsOf("bob"));
  }

  private List<String> sessionsOf(String who) {
    return server.seen("tools/call").stream()
        .filter(seen -> seen.body().at("/params/arguments/who").asText().equals(who))
        .map(seen -> seen.header("Mcp-Session-Id"))
        .distinct()
        .toList();
  }

  private void oneOfTwo(String who) {
    var client =
        new RecordingConversation(
            face("{\"roots\":{\"of\":\"" + who + "\"}}"),
            (_, params) -> given("{\"asked\":\"" + params.path("who").asText() + "\"}"));
    var request =
        UpstreamRequest.toolCall(
            Owner.alone(new PrincipalId("spiffe://prod/agent/" + who)),
            "echo",
            Json.object().put("who", who),
            Json.object());
    var answer = (UpstreamAnswer.Result) upstream.ask(request, Lent.nothing(), client);
    assertThat(answer.result().at("/heard/result/asked").asText()).isEqualTo(who);
    assertThat(client.asked).hasSize(1);
  }
}
