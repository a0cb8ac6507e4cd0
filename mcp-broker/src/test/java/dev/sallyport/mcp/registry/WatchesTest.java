package dev.sallyport.mcp.registry;

import static dev.sallyport.identity.testing.Refusals.hasCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.resource.Resource;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingMcpServer.Seen;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WatchesTest {
  private final TestingBroker broker = new TestingBroker(FixedAuthority.allowingAll());
  private final BlockingQueue<String> updates = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void tellsUpdatesForAsLongAsAnyoneWantsThem(Era era) throws Exception {
    try (var server = TestingMcpServer.speaking(era).withEcho("echo")) {
      broker.register("crm", server, "strict");
      var watches = broker.registry.watches();
      var first = watches.subscribe("crm", "file:///a", this::keep);
      var second = watches.subscribe("crm", "file:///a", this::keep);
      first.close();
      first.close();

      server.listeners().tell("notifications/resources/updated", update("file:///a"));

      assertThat(updates.poll(20, TimeUnit.SECONDS)).isEqualTo("{\"uri\":\"file:///a\"}");
      second.close();
      assertThat(watches.wanted("crm").uris()).isEmpty();
      assertThat(updates).isEmpty();
      assertThat(broker.evidence.records(Begun.class))
          .extracting(begun -> begun.action().arguments().toString())
          .contains("{\"operation\":\"watch\"}");
    }
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void watchesMoreOnceMoreIsWanted(Era era) throws Exception {
    try (var server = TestingMcpServer.speaking(era).withEcho("echo")) {
      broker.register("crm", server, "strict");
      var watches = broker.registry.watches();

      watches.subscribe("crm", "file:///a", this::keep);
      watches.subscribe("crm", "file:///b", this::keep);
      server.listeners().tell("notifications/resources/updated", update("file:///b"));

      assertThat(updates.poll(20, TimeUnit.SECONDS)).isEqualTo("{\"uri\":\"file:///b\"}");
      assertThat(server.listeners().uris()).containsExactlyInAnyOrder("file:///a", "file:///b");
    }
  }

  /** In a session, more is asked for in it; without, the server is listened to anew. */
  @ParameterizedTest
  @EnumSource(Era.class)
  void keepsTheWatchOfTheOthersWhereTheServerCanBeAskedForMore(Era era) throws Exception {
    try (var server = TestingMcpServer.speaking(era).withEcho("echo")) {
      broker.register("crm", server, "strict");
      var watches = broker.registry.watches();
      watches.subscribe("crm", "file:///a", this::keep);
      int sessions = server.seen("initialize").size();

      watches.subscribe("crm", "file:///b", this::keep);
      watches.subscribe("crm", "file:///c", this::keep);
      for (var uri : List.of("file:///a", "file:///b", "file:///c")) {
        server.listeners().tell("notifications/resources/updated", update(uri));
        assertThat(updates.poll(20, TimeUnit.SECONDS)).isEqualTo(update(uri).toString());
      }

      assertThat(server.seen())
          .extracting(Seen::httpMethod)
          .filteredOn("GET"::equals)
          .hasSize(era == Era.SESSIONS ? 1 : 0);
      assertThat(server.seen("initialize")).hasSize(sessions);
      assertThat(server.seen("resources/subscribe")).hasSize(era == Era.SESSIONS ? 3 : 0);
      assertThat(server.seen("subscriptions/listen")).hasSize(era == Era.SESSIONS ? 0 : 3);
    }
  }

  /** A URI that the server does not tell about leaves the others as they are. */
  @Test
  void refusesOneMoreThatTheServerRefuses() throws Exception {
    try (var server = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo")) {
      broker.register("crm", server, "strict");
      var watches = broker.registry.watches();
      watches.subscribe("crm", "file:///a", this::keep);
      server.answer(
          "resources/subscribe",
          (_, exchange, request) ->
              TestingMcpServer.send(
                  exchange, 200, TestingMcpServer.failure(request, -32602, "no such thing")));

      assertThatThrownBy(() -> watches.subscribe("crm", "file:///b", this::keep))
          .satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));
      server.listeners().tell("notifications/resources/updated", update("file:///a"));

      assertThat(updates.poll(20, TimeUnit.SECONDS)).isEqualTo("{\"uri\":\"file:///a\"}");
      assertThat(watches.wanted("crm").uris()).containsExactly("file:///a");
    }
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void looksAgainAtAServerWhoseListsChange(Era era) throws Exception {
    var tells = Json.object().put("listChanged", true);
    try (var server = TestingMcpServer.speaking(era).withEcho("echo").able("tools", tells)) {
      broker.register("crm", server, "strict");
      broker.registry.watches().subscribe("crm", "file:///a", this::keep).close();
      int before = server.seen("tools/list").size();

      server.listeners().tell("notifications/tools/list_changed", Json.object());

      assertThat(server.awaitSeen("tools/list", before + 1)).isTrue();
    }
  }

  @Test
  void asksAServerThatTellsNothingOnlyOnceForTheSame() {
    try (var server = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo")) {
      server.answerStreams(
          (_, exchange, _) -> TestingMcpServer.sendRaw(exchange, 405, "text/plain", ""));
      broker.register("crm", server, "strict");

      assertThatThrownBy(() -> subscribe("crm")).satisfies(hasCode(RefusalCode.UPSTREAM_REJECTED));

      assertThat(server.seen()).extracting(Seen::httpMethod).containsOnlyOnce("GET");
      assertThat(broker.registry.watches().wanted("crm").uris()).isEmpty();
    }
  }

  @Test
  void saysThatAServerCannotBeWatchedNow() {
    try (var server = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo")) {
      server.answerStreams(
          (_, exchange, _) -> TestingMcpServer.sendRaw(exchange, 500, "text/plain", ""));
      broker.register("crm", server, "strict");

      assertThatThrownBy(() -> subscribe("crm"))
          .satisfies(hasCode(RefusalCode.UPSTREAM_UNAVAILABLE));
    }
  }

  @Test
  void knowsNoServerThatIsNotRegistered() {
    assertThatThrownBy(() -> subscribe("crm")).satisfies(hasCode(RefusalCode.UNKNOWN_SERVER));

    try (var server = TestingMcpServer.speaking(Era.SESSIONS).withEcho("echo")) {
      broker.register("crm", server, "strict");
      broker.remove(new Resource.Key("McpServer", "crm"));
      assertThatThrownBy(() -> subscribe("crm")).satisfies(hasCode(RefusalCode.UNKNOWN_SERVER));
    }
  }

  private void subscribe(String server) {
    broker.registry.watches().subscribe(server, "file:///a", this::keep);
  }

  private void keep(ObjectNode params) {
    updates.add(params.toString());
  }

  private static ObjectNode update(String uri) {
    return Json.object().put("uri", uri);
  }
}
