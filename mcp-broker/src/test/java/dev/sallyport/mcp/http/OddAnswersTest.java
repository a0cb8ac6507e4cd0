package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.testing.TestingStream;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a trusted server answers reaches its caller as the same JSON, however odd it is, and however
 * oddly it is written and cut into pieces on the way. What is answered is random, from fixed seeds.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddAnswersTest {
  private static final int SEEDS = 60;
  private static final String CALL =
      """
      {"jsonrpc": "2.0", "id": $ID, "method": "tools/call", "params": {
        "name": "echo", "_meta": {"progressToken": $TOKEN}}}
      """;
  private static final String STATELESS_CALL =
      """
      {"jsonrpc": "2.0", "id": $ID, "method": "tools/call", "params": {
        "name": "echo", "_meta": {
          "progressToken": $TOKEN,
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientCapabilities": {},
          "io.modelcontextprotocol/logLevel": "debug"}}}
      """;
  private static final String DEFINITION =
      """
      {"name": "odd", "title": "T", "description": "\u00e9", "unknown": [1.0, null],
        "inputSchema": {"type": "object", "x-unknown": {"": [1.50, {}]}, "properties": {
          "n": {"type": "number", "maximum": 1e30, "default": 12345678901234567890123.0}}},
        "outputSchema": {"type": "object", "additionalProperties": true},
        "annotations": {"readOnlyHint": true, "unknown": 1E+2},
        "icons": [{"src": "https://example.org/i.png", "sizes": ["any"], "theme": "dark"}],
        "_meta": {"example.org/a": {"b": null}, "ui/resourceUri": "ui://odd"}}
      """;
  private static final Map<String, String> STATELESS_HEADERS =
      Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "echo");
  private static final String TURN = "dev.sallyport/turn";
  private static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";

  private final TestingBroker broker = new TestingBroker(FixedAuthority.allowingAll());
  private final TestingMcpServer inSessions = TestingMcpServer.speaking(Era.SESSIONS);
  private final TestingMcpServer stateless = TestingMcpServer.speaking(Era.STATELESS);
  private Map<String, String> session = Map.of();

  @BeforeAll
  void start() {
    for (var era : Era.values()) {
      broker.register(name(era), server(era).withEcho("echo"), "trusted");
    }
    session = ItemScene.session(caller(Era.SESSIONS), "2025-11-25", Json.object());
  }

  @AfterAll
  void stop() {
    broker.close();
    inSessions.close();
    stateless.close();
  }

  private TestingMcpServer server(Era era) {
    return era == Era.SESSIONS ? inSessions : stateless;
  }

  private static String name(Era era) {
    return era == Era.SESSIONS ? "sessions" : "stateless";
  }

  private McpCaller caller(Era era) {
    return broker.client("alice", name(era));
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void givesACallerTheJsonThatItsServerSent(Era era) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      var odd = new OddAnswer(seed, era == Era.STATELESS);
      server(era).answerCalls((_, exchange, request) -> odd.send(exchange, request));

      assertThat(heard(era, odd.id(), odd.token()))
          .as("seed %d: %s", seed, odd)
          .isEqualTo(odd.messages());
    }
  }

  /** Only events without a name, or of that name, are messages: others are for others. */
  @ParameterizedTest
  @ValueSource(strings = {"ping", "endpoint", "Message", " message"})
  void takesEventsOfOtherNamesForNoMessages(String name) throws Exception {
    inSessions.answerCalls((server, exchange, request) -> {
      try (var stream = new TestingStream(server, exchange)) {
        stream.raw("event: " + name + "\ndata: {\"no\": \"message\"}\n\nevent: ping\ndata\n\n");
        stream.send(TestingMcpServer.response(request, Json.object().put("known", true)));
      }
    });

    assertThat(heard(Era.SESSIONS).getLast().at("/result/known").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {".0", ".000", "e0", "E+0"})
  void takesANumberForTheSameIdHoweverItIsWritten(String zeros) throws Exception {
    answer("\"result\": {\"known\": true}", zeros);

    assertThat(heard(Era.SESSIONS).getLast().at("/result/known").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999999", "-99999999999", "4294934276", "-32000.0", "1E+2"})
  void passesErrorsOnWhateverWholeNumberTheirCodeIs(String code) throws Exception {
    answer("\"error\": {\"code\": %s, \"message\": \"no luck\"}".formatted(code), "");

    assertThat(heard(Era.SESSIONS).getLast().at("/error/message").asText()).isEqualTo("no luck");
    assertThat(heard(Era.SESSIONS).getLast().at("/error/code").decimalValue())
        .isEqualByComparingTo(code);
  }

  @ParameterizedTest
  @EnumSource(Era.class)
  void listsADefinitionAsItsServerWroteIt(Era era) throws Exception {
    var definition = (ObjectNode) Json.parseResult(DEFINITION.getBytes(StandardCharsets.UTF_8));
    try (var server = TestingMcpServer.speaking(era).with(definition, given -> given)) {
      broker.register("defining-" + name(era), server, "trusted");

      var answer =
          broker.client("alice", "defining-" + name(era)).stateless("tools/list", Json.object());

      assertThat(bare(answer.response().body()).at("/result/tools/0")).isEqualTo(definition);
    }
  }

  /** Answers calls with that beside the id, after which that is written. */
  private void answer(String said, String afterId) {
    inSessions.answerCalls((_, exchange, request) ->
        TestingMcpServer.sendRaw(
            exchange,
            200,
            "application/json",
            "{\"jsonrpc\": \"2.0\", \"id\": " + request.path("id") + afterId + "," + said + "}"));
  }

  private List<JsonNode> heard(Era era) throws Exception {
    return heard(era, "1", "\"token\"");
  }

  /** What a caller hears of a call, without what is the gateway's. */
  private List<JsonNode> heard(Era era, String id, String token) throws Exception {
    var call = era == Era.STATELESS ? STATELESS_CALL : CALL;
    var headers = era == Era.STATELESS ? STATELESS_HEADERS : session;
    var answer = caller(era).post(call.replace("$ID", id).replace("$TOKEN", token), headers);
    var messages = new ArrayList<JsonNode>();
    var body = answer.response().body();
    for (var line : body.startsWith("{") ? List.of("data: " + body) : body.lines().toList()) {
      if (line.startsWith("data: ") && line.length() > "data: ".length()) {
        messages.add(bare(line.substring("data: ".length())));
      }
    }
    return messages;
  }

  private static JsonNode bare(String text) throws MalformedJsonException {
    var message = Json.parseResult(text.getBytes(StandardCharsets.UTF_8));
    if (message.at("/result/_meta") instanceof ObjectNode meta) {
      meta.remove(TURN);
      meta.remove(SERVER_INFO);
      if (meta.isEmpty()) {
        ((ObjectNode) message.path("result")).remove("_meta");
      }
    }
    return message;
  }
}
