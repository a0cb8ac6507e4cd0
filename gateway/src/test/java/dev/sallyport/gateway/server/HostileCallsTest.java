package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.wire.HeaderText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that say one thing twice or two things at once: the answer, and what evidence says. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileCallsTest {
  private static final String SERVER =
      """
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: %s}
      spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
      """;

  @TempDir private static Path folder;

  private final TestingMcpServer upstream =
      TestingMcpServer.speaking(Era.SESSIONS)
          .withEcho("echo")
          .withEcho("drop")
          .withEcho("two__echo");
  private TestingGateway gateway;
  private McpCaller caller;

  @BeforeAll
  void open() {
    gateway = TestingGateway.start(folder);
    gateway.apply(
        SERVER.formatted("one", upstream.url())
            + "---\n"
            + SERVER.formatted("two", upstream.url())
            + """
            ---
            apiVersion: sallyport.dev/v1
            kind: AgentPolicy
            metadata: {name: ci}
            spec:
              identity: {workload: 'spiffe://prod/agent/ci'}
              tools: [{resource: one, actions: [echo]}]
            """);
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
    caller = new McpCaller(gateway.data().resolve("/mcp"), gateway.svid("/agent/ci"));
  }

  @AfterAll
  void close() {
    gateway.close();
    upstream.close();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("AZ-01, AZ-03, AZ-04: what is no one call is refused, and on record")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a name twice | {N,N2} | one__echo | tools/call | -32700 | malformed_request",
        "a name twice, by escapes | {N,\"\\u006eame\":\"one__drop\"} | one__echo | tools/call"
            + " | -32700 | malformed_request",
        "an argument twice | {N,\"arguments\":{\"a\":1,\"a\":2}} | one__echo | tools/call | -32700"
            + " | malformed_request",
        "another name | {N} | one__drop | tools/call | -32020 | header_mismatch",
        "another case | {N} | One__echo | tools/call | -32020 | header_mismatch",
        "another method | {N} | one__echo | tools/list | -32020 | header_mismatch",
        "another name in base64 | {N} | =?base64?b25lX19kcm9w?= | tools/call | -32020"
            + " | header_mismatch",
        "base64 that is none | {N} | =?base64?***?= | tools/call | -32020 | header_mismatch",
        "no name | {N} | - | tools/call | -32020 | header_mismatch",
        "no method | {N} | one__echo | - | -32020 | header_mismatch",
        "neither | {N} | - | - | -32020 | header_mismatch",
        "the same name in base64 | {N,N2} | =?base64?b25lX19lY2hv?= | tools/call | -32700"
            + " | malformed_request",
        "a batch | [{N}] | one__echo | tools/call | -32600 | invalid_request",
        "a batch of none | [] | one__echo | tools/call | -32600 | invalid_request",
      })
  void refusesWhatIsNoOneCall(
      String what, String params, String name, String method, int error, String code) {
    var all = params.replace("N2", "\"name\":\"one__drop\"").replace("N", "\"name\":\"one__echo\"");
    var call = all.replaceAll("^\\[?\\{|}]?$", "");
    var body = all.equals("[]") ? all : all.startsWith("[") ? "[" + body(call) + "]" : body(call);
    int before = records().size();

    var answer = caller.post(body, headers(method, name));

    assertThat(answer.status()).as(what).isEqualTo(400);
    assertThat(answer.json().at("/error/code").asInt()).isEqualTo(error);
    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo(code);
    var written = records();
    assertThat(written).hasSize(before + 1);
    var record = written.getLast();
    assertThat(record.path("event").asText()).isEqualTo("request.refused");
    assertThat(record.at("/facts/listener").asText()).isEqualTo("data");
    assertThat(record.at("/facts/code").asText()).isEqualTo(code);
    assertThat(record.at("/facts/principal").asText()).isEqualTo("spiffe://prod/agent/ci");
    assertThat(record.at("/facts/turn").asText()).startsWith("turn_");
    assertThat(record.at("/facts/door").asText()).isEqualTo("mcp");
    assertThat(upstream.seen("tools/call")).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "AZ-02, AZ-08: a name means just one tool of one server, and what it means is decided")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "one__echo\\u0000 | one | `echo\u0000` | action_not_granted",
        "`one__echo ` | one | `echo ` | action_not_granted",
        "one__echo\\u200b | one | echo\u200b | action_not_granted",
        "one__Echo | one | Echo | action_not_granted",
        "One__echo | One | echo | no_rule",
        "one__\\uff45cho | one | \uff45cho | action_not_granted",
        "one__e\\u0441ho | one | e\u0441ho | action_not_granted",
        "one__two__echo | one | two__echo | action_not_granted",
        "two__echo | two | echo | no_rule",
        "two__two__echo | two | two__echo | no_rule",
        "one__one__echo | one | one__echo | action_not_granted",
        "echo | `` | echo | no_rule",
      })
  void knowsNoToolByAnotherName(String name, String server, String tool, String reason) {
    int before = records().size();

    var answer = call(name);
    var unknown = call("one__none");

    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("unknown_tool");
    assertThat(told(answer)).isEqualTo(told(unknown));
    assertThat(answer.status()).isEqualTo(unknown.status()).isEqualTo(200);
    var record = records().get(before);
    assertThat(record.path("type").asText()).isEqualTo("denied");
    assertThat(record.path("principal").asText()).isEqualTo("spiffe://prod/agent/ci");
    assertThat(record.path("reason").asText()).isEqualTo(reason);
    assertThat(record.at("/target/server").asText()).isEqualTo(server);
    assertThat(record.at("/target/tool").asText()).isEqualTo(tool);
    assertThat(upstream.seen("tools/call")).isEmpty();
  }

  @Test
  @DisplayName("AZ-08: no server has a name that another's tool could be taken for")
  void takesNoServerByAnAmbiguousName() {
    var reply = gateway.tryApply(SERVER.formatted("one__two", upstream.url()));

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.body().at("/errors/0/name").asText()).isEqualTo("one__two");
    var record = records().getLast();
    assertThat(record.path("type").asText()).isEqualTo("outcome");
    assertThat(record.path("code").asText()).isEqualTo("invalid_resource");
  }

  @Test
  @DisplayName("AZ-12: who is known and has no policy may do nothing, and it is on record")
  void deniesEverythingToAnAgentWithoutAPolicy() {
    var other = new McpCaller(gateway.data().resolve("/mcp"), gateway.svid("/agent/none"));

    var answer = other.post(body("\"name\":\"one__echo\""), headers("tools/call", "one__echo"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/error/data/code").asText()).isEqualTo("unknown_tool");
    var record = records().getLast();
    assertThat(record.path("type").asText()).isEqualTo("denied");
    assertThat(record.path("principal").asText()).isEqualTo("spiffe://prod/agent/none");
    assertThat(record.path("reason").asText()).isEqualTo("no_policy");
    assertThat(upstream.seen("tools/call")).isEmpty();
  }

  /** The name as it stands in JSON. */
  private Answer call(String name) {
    var decoded = TestingGateway.read("\"" + name + "\"").textValue();
    var header = HeaderText.encode(decoded);
    return caller.post(body("\"name\":\"" + name + "\""), headers("tools/call", header));
  }

  private static String body(String params) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{%s,\"_meta\":{"
            + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}")
        .formatted(params);
  }

  /** Those that say what the body says; a dash is none. */
  private static Map<String, String> headers(String method, String name) {
    var headers = new HashMap<String, String>();
    headers.put("MCP-Protocol-Version", "2026-07-28");
    headers.put("Mcp-Method", method);
    headers.put("Mcp-Name", name);
    headers.values().removeIf("-"::equals);
    return headers;
  }

  /** What a caller is told, but for the name of its attempt. */
  private static String told(Answer answer) {
    return answer.json().path("error").toString().replaceAll("\"callId\":\"[^\"]*\"", "#");
  }

  private List<JsonNode> records() {
    var items = gateway.admin().get("/admin/evidence?last=1000").orFail().path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }
}
