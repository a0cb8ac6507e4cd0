package dev.sallyport.mcp.upstream;

import static dev.sallyport.mcp.testing.TestingMcpServer.response;
import static dev.sallyport.mcp.testing.TestingMcpServer.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.Warnings;
import dev.sallyport.mcp.testing.RecordingConversation;
import dev.sallyport.mcp.testing.TestingMcpServer.Seen;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.upstream.UpstreamContract.Told;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Servers that end their session when another begins. */
class LoneSessionTest extends HttpConversationScene {
  private final AtomicLong now = new AtomicLong();

  /** How much time passes right after the next look at the clock. */
  private final AtomicLong leap = new AtomicLong();

  private final HttpUpstream timed = timed(Duration.ofSeconds(20));

  @Test
  void keepsClientsThatWouldEndEachOthersSessionsToOne() {
    endsOthers();

    for (int i = 0; i < 10; i++) {
      ask(timed, ANN, new RecordingConversation());
      ask(timed, BOB, able());
    }

    assertThat(begun()).hasSize(5);
    assertThat(capabilities(begun().getLast())).isEqualTo("{}");
    assertThat(server.seen("tools/call").subList(10, server.seen("tools/call").size()))
        .extracting(seen -> seen.header("Mcp-Session-Id"))
        .containsOnly(server.sessions().iterator().next());
  }

  @Test
  void listsInTheOneSessionAndWatchesInNone() {
    endsOthers();
    server.answerStreams((_, exchange, _) -> new TestingStream(server, exchange).close());

    for (int i = 0; i < 5; i++) {
      assertThat(timed.inspect(Lent.nothing()).tools()).hasSize(1);
      var _ = isWatched();
      ask(timed, ANN, new RecordingConversation());
    }

    assertThat(isWatched()).isFalse();
    assertThat(begun()).hasSize(9);
    assertThat(suspected).hasValue(5);
    assertThat(server.seen("tools/list").getLast().header("Mcp-Session-Id"))
        .isEqualTo(server.sessions().iterator().next());
  }

  /** The server was told of a client without capabilities. */
  @Test
  void asksNoClientInTheOneSession() {
    endsOthers();
    endEachOther();
    answerWithWhatTheClientSays("sampling/createMessage", "{}");
    var able = able();

    assertThat(ask(timed, BOB, able).at("/heard/error/code").asInt()).isEqualTo(-32_601);
    assertThat(able.asked).isEmpty();
  }

  @Test
  void triesAgainAfterAWhile() {
    endsOthers();
    endEachOther();
    server.answer("initialize", (_, to, request) -> server.begin(to, request, tools()));
    now.addAndGet(LoneSession.KEPT.toNanos() - 1);
    ask(timed, BOB, able());
    assertThat(capabilities(begun().getLast())).isEqualTo("{}");

    now.incrementAndGet();
    ask(timed, BOB, able());

    assertThat(capabilities(begun().getLast())).contains("sampling");
    ask(timed, ANN, new RecordingConversation());
    assertThat(server.sessions()).hasSize(2);
  }

  /** One session for all is begun for all, whatever the time is once it begins. */
  @Test
  void beginsNoSessionForAllAsOneOfTheClients() {
    endsOthers();
    endEachOther();
    server.forgetSessions();
    leap.set(LoneSession.KEPT.toNanos());

    ask(timed, BOB, able());

    assertThat(leap).hasValue(0);
    assertThat(capabilities(begun().getLast())).isEqualTo("{}");
  }

  /** Others wait for the session that begins, so that little is waited for what is only asked. */
  @Test
  void asksNoMoreForAWhileOnceAServerDidNotAnswer() {
    endsOthers();
    server.answer("ping", (_, _, _) -> waitForTheEnd());
    var patient = timed(Duration.ofSeconds(8));
    ask(patient, ANN, new RecordingConversation());
    ask(patient, BOB, able());

    ask(patient, ANN, new RecordingConversation());
    now.addAndGet(LoneSession.QUIET.toNanos() - 1);
    ask(patient, BOB, able());
    assertThat(server.seen("ping")).hasSize(1);

    server.answer("ping", (_, to, request) -> send(to, 200, response(request, Json.object())));
    now.incrementAndGet();
    ask(patient, ANN, new RecordingConversation());
    assertThat(server.seen("ping")).hasSize(3);
  }

  @Test
  void saysOnceWhatClientsMiss() {
    endsOthers();
    var warnings = new Warnings();
    var log = Logger.getLogger(LoneSession.class.getName());
    log.addHandler(warnings);
    try {
      endEachOther();
      now.addAndGet(LoneSession.KEPT.toNanos());
      endEachOther();
    } finally {
      log.removeHandler(warnings);
    }

    assertThat(warnings.all())
        .singleElement()
        .asString()
        .startsWith("server test ends its session when another begins");
  }

  /** All sessions are gone at once then, however often that is. */
  @Test
  void takesNoRestartForThat() {
    for (int i = 0; i < 5; i++) {
      ask(timed, ANN, new RecordingConversation());
      ask(timed, BOB, able());
      server.forgetSessions();
    }
    ask(timed, BOB, able());
    ask(timed, ANN, new RecordingConversation());

    assertThat(server.sessions()).hasSize(2);
    assertThat(begun()).hasSize(12);
  }

  /** One that was unused for long is gone alone. */
  @Test
  void takesNoSessionThatTheServerLetGoOfForThat() {
    ask(timed, ANN, new RecordingConversation());
    server.forgetSessions();
    ask(timed, BOB, able());

    for (int i = 0; i < 3; i++) {
      ask(timed, ANN, new RecordingConversation());
      ask(timed, BOB, able());
    }

    assertThat(server.sessions()).hasSize(2);
    assertThat(server.seen("ping")).hasSize(2);
    assertThat(begun()).hasSize(3);
  }

  @Test
  void takesNoSessionThatTheGatewayEndedForThat() {
    var first = session("1");
    var second = session("2");
    var lone = seenOnce(first, second);
    doubt(lone, first, second);

    lone.ended(second);
    lone.sawEnd(second);

    assertThat(lone.isKept()).isFalse();
    lone.lost(first);
    assertThat(lone.doubtful()).isEmpty();
  }

  /** A server may have let go of a session just then. */
  @Test
  void takesNothingForThatWhichItDoesNotSeeTwiceInARow() {
    var first = session("1");
    var second = session("2");
    var lone = seenOnce(first, second);
    assertThat(lone.isKept()).isFalse();

    doubt(lone, first, second);
    lone.sawOutlive(second);
    doubt(lone, first, second);
    lone.sawEnd(second);
    assertThat(lone.isKept()).isFalse();

    doubt(lone, first, second);
    lone.sawEnd(second);
    assertThat(lone.isKept()).isTrue();
  }

  /** Of which it was seen once that the first ended the second. */
  private LoneSession seenOnce(Dialect.Session first, Dialect.Session second) {
    var lone = new LoneSession("test", now::get);
    lone.began(first);
    lone.began(second);
    doubt(lone, first, second);
    lone.sawEnd(second);
    return lone;
  }

  private static void doubt(LoneSession lone, Dialect.Session lost, Dialect.Session newest) {
    lone.lost(lost);
    assertThat(lone.doubtful()).contains(newest);
  }

  private static Dialect.Session session(String id) {
    return new Dialect.Session(Optional.of(id), "2025-11-25", Json.object(), ClientFace.PLAIN);
  }

  /** From now on, a session that begins ends all others. */
  private void endsOthers() {
    server.answer(
        "initialize",
        (_, exchange, request) -> {
          server.forgetSessions();
          server.begin(exchange, request, tools());
        });
  }

  /** As often as the gateway lets them. */
  private void endEachOther() {
    for (int i = 0; i < 3; i++) {
      ask(timed, ANN, new RecordingConversation());
      ask(timed, BOB, able());
    }
  }

  /** Whether the server is watched, until that ends; if not, it may be later. */
  private boolean isWatched() {
    try {
      return timed.watch(new Interests(true, Set.of()), Lent.nothing(), new Told());
    } catch (Refusal refusal) {
      assertThat(refusal.code()).isEqualTo(RefusalCode.UPSTREAM_UNAVAILABLE);
      return false;
    }
  }

  private HttpUpstream timed(Duration timeout) {
    return TimedUpstream.of(
        server.url(),
        timeout,
        client,
        suspected::incrementAndGet,
        () -> now.getAndAdd(leap.getAndSet(0)));
  }

  private static RecordingConversation able() {
    return client("{\"sampling\":{}}", "{}");
  }

  private List<Seen> begun() {
    return server.seen("initialize");
  }

  private static String capabilities(Seen begun) {
    return begun.body().at("/params/capabilities").toString();
  }
}
