package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What client and server declare to each other beside what the gateway has a part in. */
@Timeout(60)
class FurtherCapabilitiesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MODERN = "2026-07-28";
  private static final String SESSIONS = "2025-11-25";

  private static final String UI =
      "\"io.modelcontextprotocol/ui\":{\"mimeTypes\":[\"text/html;profile=mcp-app\"]}";
  private static final String CARRIED =
      """
      {"experimental":{"dev.example/words":{"most":3}},"vendorcap":{},"extensions":{%s}}\
      """
          .formatted(UI);

  /** And beside it what the gateway decides on, and what each end tells the other alone. */
  private static final String DECLARED =
      """
      {"experimental":{"dev.example/words":{"most":3}},"vendorcap":{},"odd":true,"tasks":{"list":{}},
       "extensions":{%s,"odd":"x","io.modelcontextprotocol/enterprise-managed-authorization":{},
        "io.modelcontextprotocol/oauth-client-credentials":{},
        "io.modelcontextprotocol/auth/wif":{}}}
      """
          .formatted(UI);

  private final TestingBroker broker = new TestingBroker(FixedAuthority.allowingAll());

  @AfterEach
  void stop() {
    broker.close();
  }

  @ParameterizedTest
  @CsvSource({
    "STATELESS, 2026-07-28",
    "STATELESS, 2025-11-25",
    "SESSIONS, 2026-07-28",
    "SESSIONS, 2025-11-25"
  })
  void aClientHearsWhatATrustedServerDeclares(Era era, String revision) {
    try (var server = server(era)) {
      broker.register("crm", server, "trusted");

      var heard = heard(broker.client("alice", "crm"), revision);

      assertThat(without(heard, "tools")).isEqualTo(object(CARRIED));
      assertThat(heard.path("tools")).isEqualTo(object("{\"listChanged\":true}"));
    }
  }

  /** Behind that door there are others, and a strict server is not taken at its word. */
  @ParameterizedTest
  @CsvSource({"trusted, ''", "strict, crm"})
  void aClientHearsNothingOfItElsewhere(String mode, String door) {
    try (var server = server(Era.STATELESS)) {
      broker.register("crm", server, mode);

      var heard = heard(caller(door), MODERN);

      assertThat(heard).isEqualTo(object("{\"tools\":{\"listChanged\":true}}"));
    }
  }

  @Test
  void anExtensionOfTheServerStandsBesideTasks() {
    try (var server =
        server(Era.STATELESS)
            .able(
                "extensions",
                object("{\"io.modelcontextprotocol/tasks\":{\"x\":1},%s}".formatted(UI)))) {
      broker.register("crm", server, "trusted");
      var caller = broker.client("alice", "crm");

      assertThat(heard(caller, MODERN).path("extensions"))
          .isEqualTo(object("{\"io.modelcontextprotocol/tasks\":{},%s}".formatted(UI)));
      assertThat(heard(caller, SESSIONS).path("extensions"))
          .isEqualTo(object("{%s}".formatted(UI)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "STATELESS, 2026-07-28",
    "STATELESS, 2025-11-25",
    "SESSIONS, 2026-07-28",
    "SESSIONS, 2025-11-25"
  })
  void aTrustedServerHearsWhatItsClientDeclares(Era era, String revision) {
    try (var server = server(era)) {
      broker.register("crm", server, "trusted");
      var caller = broker.client("alice", "crm");

      assertThat(told(server, era, () -> call(caller, revision, object("{}"))))
          .isEqualTo(object("{}"));
      assertThat(told(server, era, () -> call(caller, revision, object(DECLARED))))
          .isEqualTo(object(CARRIED));
    }
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void aServerHearsOfTheGatewayWhoAsks(Era era) {
    try (var server = server(era)) {
      broker.register("crm", server, "trusted");

      call(broker.client("alice", "crm"), MODERN, object(DECLARED));

      assertThat(
              (era == Era.STATELESS
                      ? last(server, "tools/call").at("/_meta/io.modelcontextprotocol~1clientInfo")
                      : last(server, "initialize").path("clientInfo"))
                  .path("name")
                  .asText())
          .isEqualTo("sallyport");
    }
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void aStrictServerHearsNothingOfIt(Era era) {
    try (var server = server(era)) {
      broker.register("crm", server, "strict");

      var caller = broker.client("alice", "crm");

      assertThat(told(server, era, () -> call(caller, MODERN, object(DECLARED))))
          .isEqualTo(object("{}"));
    }
  }

  @ParameterizedTest
  @CsvSource({"4096, true", "4097, false"})
  void aServerHearsAllOfItOrNothing(int bytes, boolean all) {
    try (var server = server(Era.STATELESS)) {
      broker.register("crm", server, "trusted");
      int around = "{\"vendorcap\":{\"x\":\"\"}}".length();
      var declared =
          object(
              "{\"roots\":{},\"vendorcap\":{\"x\":\"%s\"}}".formatted("y".repeat(bytes - around)));
      var caller = broker.client("alice", "crm");

      var told = told(server, Era.STATELESS, () -> call(caller, MODERN, declared));

      assertThat(told.has("vendorcap")).isEqualTo(all);
      assertThat(told.has("roots")).isTrue();
    }
  }

  /** An empty object of no meaning costs nobody a session. */
  @Test
  void aClientThatDeclaresNothingExperimentalSharesASession() {
    try (var server = server(Era.SESSIONS)) {
      broker.register("crm", server, "trusted");
      var caller = broker.client("alice", "crm");
      call(caller, SESSIONS, object("{}"));
      int begun = server.seen("initialize").size();

      call(caller, SESSIONS, object("{\"experimental\":{},\"extensions\":{}}"));
      assertThat(server.seen("initialize")).hasSize(begun);
      call(caller, SESSIONS, object(DECLARED));
      call(caller, SESSIONS, object(DECLARED));
      assertThat(server.seen("initialize")).hasSize(begun + 1);
    }
  }

  /** Declares all of it, and the tools that it has. */
  private static TestingMcpServer server(Era era) {
    var server = TestingMcpServer.speaking(era).withEcho("echo");
    object(DECLARED)
        .properties()
        .forEach(member -> {
          if (member.getValue() instanceof ObjectNode how) {
            server.able(member.getKey(), how);
          }
        });
    return server;
  }

  private McpCaller caller(String door) {
    return door.isEmpty() ? broker.client("alice") : broker.client("alice", door);
  }

  /** The capabilities that a client is told. */
  private static ObjectNode heard(McpCaller caller, String revision) {
    var answer =
        revision.equals(MODERN)
            ? caller.stateless("server/discover", object("{}"))
            : ItemScene.request(
                caller,
                "initialize",
                object("{\"protocolVersion\":\"%s\",\"capabilities\":{}}".formatted(revision)),
                Map.of());
    return (ObjectNode) ItemScene.result(answer).path("capabilities");
  }

  private static void call(McpCaller caller, String revision, ObjectNode declared) {
    var params = RoundTripScene.call("echo", "x");
    var answer =
        revision.equals(MODERN)
            ? RoundTripScene.modern(caller, "tools/call", params, declared)
            : ItemScene.request(
                caller, "tools/call", params, ItemScene.session(caller, revision, declared));
    var _ = ItemScene.result(answer);
  }

  /** The capabilities that the server is told of a client that calls; none where it shares. */
  private static JsonNode told(TestingMcpServer server, Era era, Runnable call) {
    int begun = server.seen("initialize").size();
    call.run();
    if (era == Era.STATELESS) {
      return last(server, "tools/call").at("/_meta/io.modelcontextprotocol~1clientCapabilities");
    }
    return server.seen("initialize").size() == begun
        ? object("{}")
        : last(server, "initialize").path("capabilities");
  }

  private static JsonNode last(TestingMcpServer server, String method) {
    return server.seen(method).getLast().body().path("params");
  }

  private static ObjectNode without(ObjectNode tree, String member) {
    return tree.deepCopy().without(member);
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
