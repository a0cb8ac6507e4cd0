package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpStream;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What changes at a server is told to its clients, whichever of the eras each of them speaks. */
@Timeout(60)
class ResourceWatchTest {
  private static final String UPDATED = "notifications/resources/updated";
  private static final List<String> URIS = List.of("file:///a", "file:///b", "file:///c");

  private final TestingBroker broker = new TestingBroker(FixedAuthority.allowingAll());

  @AfterEach
  void stop() {
    broker.close();
  }

  private TestingMcpServer server(Era era) {
    return server("files", era);
  }

  private TestingMcpServer server(String name, Era era) {
    var resources =
        URIS.stream()
            .map(uri -> empty().put("uri", uri).put("name", uri))
            .toArray(ObjectNode[]::new);
    var server =
        TestingMcpServer.speaking(era)
            .withEcho("echo")
            .able("resources", empty().put("subscribe", true))
            .answer("resources/list", ItemScene.list("resources", resources))
            .answer("resources/templates/list", ItemScene.list("resourceTemplates"));
    broker.register(name, server, "trusted");
    return server;
  }

  @ParameterizedTest
  @CsvSource({
    "SESSIONS, files, ''",
    "STATELESS, files, ''",
    "SESSIONS, '', sallyport://files/",
    "STATELESS, '', sallyport://files/"
  })
  void tellsAClientInASession(Era era, String door, String prefix) {
    try (var server = server(era)) {
      var caller = caller(door);
      var session = ItemScene.session(caller, "2025-11-25", empty());
      try (var stream = caller.open("GET", "", session)) {
        assertThat(stream.line()).hasValue(": ");
        subscribe(caller, session, "resources/subscribe", prefix + "file:///a");
        tell(server, "file:///a");
        assertUpdated(stream.next(), prefix + "file:///a");

        subscribe(caller, session, "resources/subscribe", prefix + "file:///b");
        tell(server, "file:///c");
        tell(server, "file:///a");
        assertUpdated(stream.next(), prefix + "file:///a");
        tell(server, "file:///b");
        assertUpdated(stream.next(), prefix + "file:///b");

        subscribe(caller, session, "resources/unsubscribe", prefix + "file:///a");
        tell(server, "file:///a");
        tell(server, "file:///b");
        assertUpdated(stream.next(), prefix + "file:///b");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SESSIONS, files, ''",
    "STATELESS, files, ''",
    "SESSIONS, '', sallyport://files/",
    "STATELESS, '', sallyport://files/"
  })
  void tellsAClientWithoutSessions(Era era, String door, String prefix) {
    try (var server = server(era);
        var first = listening(caller(door), 1, prefix + "file:///a", prefix + "file:///b")) {
      assertThat(first.next().at("/params/notifications/resourceSubscriptions")).hasSize(2);
      tell(server, "file:///a");
      assertUpdated(first.next(), prefix + "file:///a");

      try (var second = listening(caller(door), 2, prefix + "file:///c", prefix + "file:///b")) {
        assertThat(second.next().at("/params/notifications/resourceSubscriptions")).hasSize(2);
        tell(server, "file:///b");
        var told = first.next();
        assertUpdated(told, prefix + "file:///b");
        assertThat(subscription(told)).isEqualTo(1);
        told = second.next();
        assertUpdated(told, prefix + "file:///b");
        assertThat(subscription(told)).isEqualTo(2);
        tell(server, "file:///c");
        assertUpdated(second.next(), prefix + "file:///c");
      }
      tell(server, "file:///a");
      assertUpdated(first.next(), prefix + "file:///a");
    }
  }

  /** Of one server, both kinds of clients watch at the same time, and it is asked once for each. */
  @ParameterizedTest
  @EnumSource(Era.class)
  void tellsClientsOfBothErasOfTheSame(Era era) {
    try (var server = server(era);
        var modern = listening(caller("files"), 1, "file:///a")) {
      var _ = modern.next();
      var caller = caller("files");
      var session = ItemScene.session(caller, "2025-06-18", empty());
      try (var legacy = caller.open("GET", "", session)) {
        assertThat(legacy.line()).hasValue(": ");
        subscribe(caller, session, "resources/subscribe", "file:///a");
        tell(server, "file:///a");

        assertUpdated(modern.next(), "file:///a");
        assertUpdated(legacy.next(), "file:///a");
        assertThat(server.seen("resources/subscribe").size())
            .isEqualTo(era == Era.SESSIONS ? 1 : 0);
        assertThat(server.seen("subscriptions/listen").size())
            .isEqualTo(era == Era.SESSIONS ? 0 : 1);
      }
    }
  }

  /** What two servers name alike is two things, also to a session that goes through both doors. */
  @Test
  void keepsTheSameUriOfTwoServersApart() {
    try (var server = server(Era.SESSIONS);
        var other = server("others", Era.SESSIONS)) {
      var files = caller("files");
      var others = caller("others");
      var session = ItemScene.session(files, "2025-11-25", empty());
      try (var stream = files.open("GET", "", session)) {
        assertThat(stream.line()).hasValue(": ");
        subscribe(files, session, "resources/subscribe", "file:///a");
        subscribe(others, session, "resources/subscribe", "file:///a");
        assertThat(other.seen("resources/subscribe")).hasSize(1);
        tell(other, "file:///a");
        assertUpdated(stream.next(), "file:///a");

        subscribe(others, session, "resources/unsubscribe", "file:///a");
        tell(other, "file:///a");
        tell(server, "file:///a");
        assertUpdated(stream.next(), "file:///a");
        subscribe(files, session, "resources/subscribe", "file:///b");
        tell(server, "file:///b");
        assertUpdated(stream.next(), "file:///b");
      }
    }
  }

  private McpCaller caller(String door) {
    return door.isEmpty() ? broker.client("alice") : broker.client("alice", door);
  }

  private static McpStream listening(McpCaller caller, int id, String... uris) {
    var wanted = empty();
    var subscriptions = wanted.putArray("resourceSubscriptions");
    List.of(uris).forEach(subscriptions::add);
    return ItemScene.listening(caller, IntNode.valueOf(id), wanted);
  }

  private static void subscribe(
      McpCaller caller, Map<String, String> session, String method, String uri) {
    var answer = ItemScene.request(caller, method, empty().put("uri", uri), session);
    assertThat(answer.json().has("result")).as(answer.toString()).isTrue();
  }

  private static void tell(TestingMcpServer server, String uri) {
    server.listeners().tell(UPDATED, empty().put("uri", uri));
  }

  private static void assertUpdated(JsonNode message, String uri) {
    assertThat(message.path("method").asText()).isEqualTo(UPDATED);
    assertThat(message.at("/params/uri").asText()).isEqualTo(uri);
  }

  private static int subscription(JsonNode message) {
    return message.at("/params/_meta/io.modelcontextprotocol~1subscriptionId").asInt();
  }

  private static ObjectNode empty() {
    return ItemScene.empty();
  }
}
