package dev.sallyport.mcp.upstream;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.testing.Warnings;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.CallScript;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.vault.Lent;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The session in which a server is asked for its lists: servers without one, and new versions. */
class ListingSessionsTest extends HttpUpstreamScene {
  private static final CallScript REFUSAL =
      (_, exchange, request) ->
          TestingMcpServer.send(
              exchange,
              400,
              TestingMcpServer.failure(request, -32_600, "Server already initialized"));

  private final AtomicInteger suspected = new AtomicInteger();
  private final HttpUpstream watched =
      new HttpUpstream(settings(server), client, suspected::incrementAndGet);

  static Stream<Arguments> refusals() {
    return Stream.of(
        fault("an error", REFUSAL),
        fault("400", raw(400, "text/plain", "Server already initialized")),
        fault("500", raw(500, "text/plain", "Already connected to a transport")),
        fault("no message", raw(200, "text/html", "<p>busy")));
  }

  private static Arguments fault(String name, CallScript refusal) {
    return Arguments.argumentSet(name, refusal);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void asksAServerThatBeginsOneSessionInThatOfAll(CallScript refusal) {
    beginsOne(refusal);

    for (int i = 0; i < 2 * AbleTries.MOST; i++) {
      assertThat(names()).containsExactly("echo");
    }
    call(watched);

    assertThat(server.sessions()).hasSize(1);
    assertThat(server.seen("initialize")).hasSizeLessThanOrEqualTo(1 + AbleTries.MOST);
    assertThat(suspected).hasValue(0);
  }

  @Test
  void takesAPlainRefusalAtItsWordUntilTheServerMayBeAnother() {
    beginsOne(REFUSAL);
    assertThat(names()).containsExactly("echo");
    assertThat(names()).containsExactly("echo");
    assertThat(server.seen("initialize")).hasSize(2);

    server.forgetSessions();
    assertThat(names()).containsExactly("echo");
    assertThat(suspected).hasValue(1);
    assertThat(server.seen("initialize")).hasSize(3);
    assertThat(names()).containsExactly("echo");
    assertThat(names()).containsExactly("echo");

    assertThat(server.seen("initialize")).hasSize(4);
    assertThat(server.seen("initialize").getLast().body().toString()).contains("sampling");
  }

  @Test
  void saysOnceThatSomeOfTheListsMayBeMissing() {
    beginsOne(REFUSAL);
    var warnings = new Warnings();
    var log = Logger.getLogger(AbleTries.class.getName());
    log.addHandler(warnings);
    try {
      names();
      server.forgetSessions();
      names();
      names();
    } finally {
      log.removeHandler(warnings);
    }

    assertThat(warnings.all())
        .singleElement()
        .asString()
        .startsWith("server test begins no session for its lists (upstream_rejected)");
  }

  @Test
  void listsNothingWhereALaterPageFails() {
    server.answer(
        "tools/list",
        (_, exchange, request) -> {
          if (request.at("/params/cursor").isMissingNode()) {
            var page = Json.object().put("nextCursor", "2");
            page.putArray("tools").add(TestingMcpServer.definition("first"));
            TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, page));
          } else {
            REFUSAL.answer(server, exchange, request);
          }
        });

    assertThatThrownBy(this::names).satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));

    assertThat(server.seen("tools/list"))
        .hasSize(2)
        .extracting(seen -> seen.header("Mcp-Session-Id"))
        .containsOnly(server.seen("tools/list").getFirst().header("Mcp-Session-Id"));
  }

  @Test
  void listsNothingLessWhileAServerThatBeganOneBeforeIsBusy() {
    assertThat(names()).containsExactly("echo");
    server.forgetSessions();
    server.answer("initialize", raw(503, "text/plain", ""));

    assertThatThrownBy(this::names).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    assertThatThrownBy(this::names).satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));

    server.answer("initialize", (_, to, request) -> server.begin(to, request, tools()));
    assertThat(names()).containsExactly("echo");
  }

  @Test
  void asksANewVersionForNothingThatItNoLongerHas() {
    var before = tools();
    before.putObject("prompts");
    server.answer("initialize", (_, to, request) -> server.begin(to, request, before));
    server.answer("prompts/list", lists("prompts"));
    assertThat(watched.inspect(Lent.nothing()).introduction().at("/capabilities").has("prompts"))
        .isTrue();

    server.forgetSessions();
    server.answer("initialize", (_, to, request) -> server.begin(to, request, tools()));
    server.answer("prompts/list", REFUSAL);
    assertThatThrownBy(this::names).satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));

    assertThat(suspected).hasPositiveValue();
    assertThat(watched.inspect(Lent.nothing()).introduction().at("/capabilities").has("prompts"))
        .isFalse();
  }

  @Test
  void seesWhatANewVersionHasBesidesThoughNobodyCallsIt() {
    assertThat(watched.inspect(Lent.nothing()).resources()).isEmpty();

    server.forgetSessions();
    var after = tools();
    after.putObject("resources");
    server.answer("initialize", (_, to, request) -> server.begin(to, request, after));
    server.answer("resources/list", lists("resources"));
    server.answer("resources/templates/list", lists("resourceTemplates"));
    names();

    assertThat(suspected).hasPositiveValue();
    var now = watched.inspect(Lent.nothing());
    assertThat(now.introduction().at("/capabilities").has("resources")).isTrue();
    assertThat(now.resources()).hasSize(1);
  }

  /** From now on, no more than one session is begun. */
  private void beginsOne(CallScript refusal) {
    server.answer(
        "initialize",
        (_, exchange, request) -> {
          if (server.sessions().isEmpty()) {
            server.begin(exchange, request, tools());
          } else {
            refusal.answer(server, exchange, request);
          }
        });
  }

  private static CallScript lists(String member) {
    return (_, exchange, request) -> {
      var listed = Json.object();
      listed.putArray(member).addObject().put("name", "one").put("uri", "file:///one");
      TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, listed));
    };
  }

  private List<String> names() {
    return watched.inspect(Lent.nothing()).tools().stream()
        .map(tool -> tool.path("name").asText())
        .toList();
  }
}
