package dev.sallyport.mcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.Target;
import dev.sallyport.identity.testing.FixedAuthority;
import dev.sallyport.identity.testing.RecordingEvidence.Begun;
import dev.sallyport.identity.testing.RecordingEvidence.Refused;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.ToolCall;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingBroker;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.HeaderText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R3: whichever way a call comes in by, it is the same call. */
class DoorsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int CALLS = 60;
  private static final List<String> SERVERS = List.of("crm", "crm", "files", "unheard");
  private static final List<String> TOOLS = List.of("echo", "typed", "in_region", "none");

  private final Random random = new Random(20_261_121);
  private final TestingBroker broker =
      new TestingBroker(FixedAuthority.allowingWhere(DoorsTest::isGranted));
  private final TestingMcpServer upstream =
      TestingMcpServer.speaking(Era.STATELESS).withEcho("echo");

  /** By which a call comes in. */
  private enum Door {
    OF_SERVER,
    OF_ALL,
    WRAPPED_OF_SERVER,
    WRAPPED_OF_ALL,
    OF_TURN
  }

  private record Wanted(String token, String server, String tool, ObjectNode arguments) {}

  /** All that is to be the same. */
  private record Trace(String decided, List<String> sent, String answered) {}

  /** Alice has all but one tool of one server; Bob has one server. */
  private static boolean isGranted(Principal principal, Target target) {
    return switch (target) {
      case Target.Tool(String server, String tool) ->
          principal.equals(TestingBroker.ALICE)
              ? !(server.equals("files") && tool.equals("typed"))
              : server.equals("files");
      default -> true;
    };
  }

  @BeforeEach
  void register() {
    upstream.with(tool("typed", "count", "integer", ""), DoorsTest::content);
    upstream.with(tool("in_region", "region", "string", "Region"), DoorsTest::content);
    for (var server : List.of("crm", "files")) {
      broker.credential(server, "secret-of-the-" + server, server);
      var spec = TestingBroker.httpSpec(upstream);
      spec.put("approval", "auto").put("credential", server);
      broker.register(server, spec.put("quarantine", server.equals("crm") ? "trusted" : "strict"));
    }
  }

  @AfterEach
  void stop() {
    broker.close();
    upstream.close();
  }

  @Test
  void takesEveryCallTheSameWay() {
    int sent = 0;
    for (int i = 0; i < CALLS; i++) {
      var wanted = generated();
      var first = trace(Door.OF_SERVER, wanted);
      for (var door : Door.values()) {
        assertThat(trace(door, wanted)).as(door + " " + wanted).isEqualTo(first);
      }
      sent += first.sent().size();
    }
    assertThat(sent).isBetween(CALLS / 6, CALLS - 10);
  }

  private Wanted generated() {
    var arguments = JSON.createObjectNode();
    if (random.nextInt(4) > 0) {
      arguments.put("region", random.nextBoolean() ? "eu" : "Gr\u00f6nland \u2713");
    }
    if (random.nextInt(3) > 0) {
      arguments.put("count", random.nextInt(1_000));
    } else if (random.nextInt(3) == 0) {
      arguments.put("count", "many");
    }
    if (random.nextInt(3) == 0) {
      arguments.putObject("more").put("name", "crm__echo").putArray("list").add(1.50).addNull();
    }
    return new Wanted(
        random.nextInt(3) == 0 ? "bob" : "alice",
        SERVERS.get(random.nextInt(SERVERS.size())),
        TOOLS.get(random.nextInt(TOOLS.size())),
        arguments);
  }

  private Trace trace(Door door, Wanted wanted) {
    int records = broker.evidence.records().size();
    int before = upstream.seen("tools/call").size();
    var answered = answered(door, wanted);
    var decided =
        broker.evidence.records().stream()
            .skip(records)
            .flatMap(record ->
                switch (record) {
                  case Begun(_, var action, var decision) ->
                      Optional.of(decision + " " + text(action)).stream();
                  case Refused(_, var action, var decision) ->
                      Optional.of(decision + " " + text(action)).stream();
                  default -> Optional.<String>empty().stream();
                })
            .toList();
    var sent =
        upstream.seen("tools/call").stream()
            .skip(before)
            .map(seen ->
                seen.header("authorization")
                    + seen.header("mcp-param-region")
                    + seen.header("mcp-name")
                    + seen.body().path("params"))
            .toList();
    return new Trace(decided.toString(), sent, answered);
  }

  private static String text(Action action) {
    return String.join(
        " ",
        action.caller().principal().id().value(),
        action.target().toString(),
        new String(action.payload(), StandardCharsets.UTF_8),
        action.credentials().toString(),
        action.pin().toString());
  }

  private String answered(Door door, Wanted wanted) {
    var exposed = wanted.server() + "__" + wanted.tool();
    return switch (door) {
      case OF_SERVER -> direct(client(wanted, wanted.server()), wanted.tool(), wanted);
      case OF_ALL -> direct(client(wanted, ""), exposed, wanted);
      case WRAPPED_OF_SERVER -> wrapped(client(wanted, wanted.server()), wanted.tool(), wanted);
      case WRAPPED_OF_ALL -> wrapped(client(wanted, ""), exposed, wanted);
      case OF_TURN -> ofTurn(wanted);
    };
  }

  private McpCaller client(Wanted wanted, String server) {
    return server.isEmpty() ? broker.client(wanted.token()) : broker.client(wanted.token(), server);
  }

  private static String direct(McpCaller client, String name, Wanted wanted) {
    var params = JSON.createObjectNode().put("name", name);
    params.set("arguments", wanted.arguments());
    var region = wanted.arguments().path("region").asText("");
    var headers = new TreeMap<>(Map.of("Mcp-Name", name));
    if (!region.isEmpty()) {
      headers.put("Mcp-Param-Region", HeaderText.encode(region));
    }
    return told(client.stateless("tools/call", params, headers).json());
  }

  private static String wrapped(McpCaller client, String name, Wanted wanted) {
    var inner = JSON.createObjectNode().put("name", name);
    inner.set("arguments", wanted.arguments());
    return told(client.call("call_tool", inner).json());
  }

  /** As {@code /v1/responses} calls. */
  private String ofTurn(Wanted wanted) {
    var principal = wanted.token().equals("alice") ? TestingBroker.ALICE : TestingBroker.BOB;
    try {
      var answer =
          broker.broker.call(
              broker.caller(principal),
              Optional.of(wanted.server()),
              new ToolCall(wanted.tool(), wanted.arguments()),
              Conversation.none());
      return told(JSON.createObjectNode().set("result", ((ServerAnswer.Result) answer).result()));
    } catch (Refusal refusal) {
      return refusal.code().code();
    }
  }

  /** An answer, without what differs from call to call. */
  private static String told(JsonNode answer) {
    var code =
        answer.at("/error/data/code").asText(answer.at("/result/structuredContent/code").asText());
    if (!code.isEmpty()) {
      return code;
    }
    var result = (ObjectNode) answer.path("result").deepCopy();
    result.remove(List.of("_meta", "resultType"));
    return result.toString().replaceAll("#[A-Za-z0-9]+", "#");
  }

  private static ObjectNode content(ObjectNode arguments) {
    var result = JSON.createObjectNode();
    result.putArray("content").addObject().put("type", "text").put("text", "did " + arguments);
    return result;
  }

  private static ObjectNode tool(String name, String property, String type, String header) {
    var definition = TestingMcpServer.definition(name);
    var schema = definition.withObjectProperty("inputSchema");
    var typed = schema.putObject("properties").putObject(property).put("type", type);
    if (!header.isEmpty()) {
      typed.put("x-mcp-header", header);
    }
    return definition;
  }
}
