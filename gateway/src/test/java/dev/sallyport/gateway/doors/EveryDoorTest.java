package dev.sallyport.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.audit.EvidenceReader;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * R3: whichever way a call comes in by, the same is decided of it, by the same rule, and the same
 * credential goes out with it. What is decided is read from evidence, what went out from the
 * upstream.
 */
@Timeout(120)
class EveryDoorTest {
  private static final int CALLS = 320;
  private static final int AT_ONCE = 6;
  private static final String TURN = "Sallyport-Turn";
  private static final long SEED = 20_261_122;
  private static final Pattern REFERENCE =
      Pattern.compile("\\{\\{[a-z]+#[0-9]+\\.[a-z2-7]{10}\\}\\}");
  private static final String RESOURCES =
      """
      apiVersion: sallyport.dev/v1
      kind: Credential
      metadata: {name: crm}
      spec: {kind: header, header: Authorization, value: Bearer secret-of-the-crm, servers: [crm]}
      ---
      apiVersion: sallyport.dev/v1
      kind: Credential
      metadata: {name: files}
      spec: {kind: header, header: Authorization, value: Bearer secret-of-the-files, servers: [files]}
      ---
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: crm}
      spec: {transport: streamable-http, url: 'URL', credential: crm, approval: auto, quarantine: trusted}
      ---
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: files}
      spec: {transport: streamable-http, url: 'URL', credential: files, approval: auto, quarantine: strict}
      ---
      apiVersion: sallyport.dev/v1
      kind: McpServer
      metadata: {name: mail}
      spec: {transport: streamable-http, url: 'URL', approval: auto, quarantine: strict}
      ---
      apiVersion: sallyport.dev/v1
      kind: ToolBinding
      metadata: {name: crm}
      spec:
        server: crm
        tools:
          read: {resource: accounts, action: read}
          write: {resource: accounts, action: update}
          send: {resource: letters, action: send}
          erase: {resource: accounts, action: delete}
      ---
      apiVersion: sallyport.dev/v1
      kind: ToolContract
      metadata: {name: send}
      spec: {tool: crm/send, args: {region: {authority: [USER, ORG], else: deny}}}
      ---
      apiVersion: sallyport.dev/v1
      kind: Credential
      metadata: {name: model}
      spec: {kind: secret, value: model-secret, providers: [gpt]}
      ---
      apiVersion: sallyport.dev/v1
      kind: Provider
      metadata: {name: gpt}
      spec: {protocol: openai, baseUrl: 'MODEL', credential: model}
      ---
      apiVersion: sallyport.dev/v1
      kind: Deployment
      metadata: {name: gpt}
      spec: {alias: gpt, provider: gpt, upstreamModel: obedient}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: full}
      spec:
        identity: {workload: 'spiffe://prod/agent/full'}
        models: {allow: [gpt]}
        tools:
          - {resource: accounts, actions: ['*'], deny: [delete]}
          - {resource: letters, actions: [send]}
          - {resource: files, actions: ['*']}
          - {resource: mail, actions: [letter]}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: narrow}
      spec:
        identity: {workload: 'spiffe://prod/agent/narrow'}
        models: {allow: [gpt]}
        tools:
          - {resource: accounts, actions: [read]}
          - {resource: mail, actions: [letter]}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: careful}
      spec:
        identity: {workload: 'spiffe://prod/agent/careful'}
        models: {allow: [gpt]}
        tools:
          - {resource: accounts, actions: [read, update], approve: [update]}
          - {resource: files, actions: [read, erase]}
          - {resource: mail, actions: [letter]}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: nobody}
      spec:
        identity: {workload: 'spiffe://prod/agent/nobody'}
        models: {allow: [gpt]}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: proposer}
      spec:
        identity: {workload: 'spiffe://prod/agent/proposer'}
        models: {allow: [gpt]}
        tools:
          - {resource: accounts, actions: [read, update]}
          - {resource: files, actions: [read, send]}
        containment: {calls: proposed}
      """;

  @TempDir private Path folder;
  private final TestingMcpServer upstream = TestingMcpServer.speaking(Era.STATELESS);
  private final Map<String, String> turns = new ConcurrentHashMap<>();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private ObedientModel model;
  private TestingGateway gateway;

  @BeforeEach
  void open() throws IOException {
    for (var tool : List.of("read", "write", "send", "erase")) {
      upstream.with(definition(tool), EveryDoorTest::content);
    }
    upstream.with(TestingMcpServer.definition("letter"), _ -> letter());
    model = new ObedientModel();
    gateway = TestingGateway.start(folder);
    gateway.apply(
        RESOURCES
            .replace("URL", upstream.url().toString())
            .replace("MODEL", model.base().toString()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterEach
  void close() {
    gateway.close();
    model.close();
    upstream.close();
  }

  private static ObjectNode definition(String tool) {
    var definition = TestingMcpServer.definition(tool);
    definition.set(
        "inputSchema",
        object(
            "{\"type\":\"object\",\"properties\":{\"limit\":{\"type\":\"integer\"},"
                + "\"region\":{\"type\":\"string\"},\"mark\":{\"type\":\"string\"}}}"));
    return definition;
  }

  private static ObjectNode content(ObjectNode arguments) {
    var result = object("{\"content\":[{\"type\":\"text\",\"text\":\"ok\"}]}");
    result.set("structuredContent", arguments);
    return result;
  }

  private static ObjectNode letter() {
    return object("{\"content\":[{\"type\":\"text\",\"text\":\"Dear Ada, it is 7731-ZEBRA\"}]}");
  }

  @Test
  void decidesEveryCallTheSameWay() throws Exception {
    var random = new Random(SEED);
    var calls = IntStream.range(0, CALLS).mapToObj(i -> Wanted.generated(i, random)).toList();

    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      var made =
          calls.stream()
              .map(call -> threads.submit(() -> call.doors().forEach(door -> make(call, door))))
              .toList();
      for (var each : made) {
        each.get();
      }
    }

    var decided = decided();
    var sent = sent();
    var kinds = new HashMap<String, Integer>();
    var all = new StringBuilder();
    for (var call : calls) {
      var first = trace(call, call.doors().getFirst(), decided, sent);
      kinds.merge(first.substring(0, first.indexOf(' ')), 1, Integer::sum);
      all.append(first).append('\n');
      for (var door : call.doors()) {
        assertThat(trace(call, door, decided, sent)).as(door + " " + call).isEqualTo(first);
      }
    }
    assertThat(kinds).containsOnlyKeys("intent", "denied", "held");
    assertThat(kinds.values()).allMatch(count -> count >= 5);
    assertThat(all.toString())
        .contains("[Bearer secret-of-the-crm read {", "[Bearer secret-of-the-files read {")
        .contains("flow_refused", "denied_by_rule", "no_rule", "7731-ZEBRA");
  }

  /** What was decided of a call, how that ended, and what its server was sent. */
  private String trace(
      Wanted call, Door door, Map<String, List<JsonNode>> decided, Map<String, List<String>> sent) {
    var mark = call.mark(door);
    var records = decided.getOrDefault(turns.get(mark), List.of());
    assertThat(records).as(door + " " + call).isNotEmpty();
    var record = (ObjectNode) records.getLast().deepCopy();
    var kind = record.path("type").asText();
    record.remove(
        List.of("type", "seq", "at", "time", "call_id", "turn", "door", "approval", "args"));
    if (record.get("context") instanceof ObjectNode context) {
      context.remove(List.of("time", "calls")); // of what it took to come here
    }
    record.put("bytes", records.getLast().at("/args/bytes").asInt());
    if (kind.equals("denied")) { // nothing is lent, and a tool that is not offered has no more
      record.remove(List.of("pin", "credentials"));
    }
    return kind + " " + record + " " + sent.getOrDefault(mark, List.of());
  }

  private Map<String, List<JsonNode>> decided() throws IOException {
    var byTurn = new HashMap<String, List<JsonNode>>();
    new EvidenceReader(gateway.dataDirectory().resolve("evidence"))
        .forEach(record -> {
          boolean decision =
              List.of("intent", "denied", "held").contains(record.path("type").asText());
          if (decision
              && record.at("/target/kind").asText().equals("tool")
              && !record.at("/target/server").asText().equals("mail")) {
            byTurn
                .computeIfAbsent(record.path("turn").asText(), _ -> new ArrayList<>())
                .add(record);
          }
        });
    return byTurn;
  }

  /** What upstreams were sent, by the mark of the try. */
  private Map<String, List<String>> sent() {
    var byMark = new HashMap<String, List<String>>();
    for (var seen : upstream.seen("tools/call")) {
      var arguments = seen.body().at("/params/arguments").deepCopy();
      var mark = arguments.path("mark").asText();
      if (!mark.isEmpty()) {
        ((ObjectNode) arguments).remove("mark");
        byMark
            .computeIfAbsent(mark, _ -> new ArrayList<>())
            .add(
                seen.header("authorization")
                    + " "
                    + seen.body().at("/params/name").asText()
                    + " "
                    + arguments);
      }
    }
    return byMark;
  }

  private void make(Wanted call, Door door) {
    var token = tokens.computeIfAbsent(call.agent(), agent -> gateway.svid("/agent/" + agent));
    var arguments = call.arguments().deepCopy().put("mark", call.mark(door));
    var turn = "new";
    if (call.held()) {
      turn = withReference(token, arguments);
    }
    var exposed = call.server() + "__" + call.tool();
    if (door == Door.TURN_LOOP) {
      var body =
          object(
              "{\"model\":\"gpt\",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"sallyport\"}]}");
      body.put("input", wish(exposed, arguments));
      turns.put(call.mark(door), post("/v1/responses", token, turn, body));
      return;
    }
    if (door == Door.WATCHED_CHAT || call.agent().equals("proposer")) {
      turn = propose(token, turn, exposed, arguments);
    }
    var name = door.isOfOneServer() ? call.tool() : exposed;
    var client =
        new McpCaller(
            gateway.data().resolve(door.isOfOneServer() ? "/mcp/" + call.server() : "/mcp"), token);
    var params = door.isWrapped() ? wrapped(name, arguments) : direct(name, arguments);
    turns.put(call.mark(door), ask(client, door, turn, params));
  }

  private static ObjectNode direct(String name, ObjectNode arguments) {
    return object("{}").put("name", name).set("arguments", arguments);
  }

  private static ObjectNode wrapped(String name, ObjectNode arguments) {
    return direct("call_tool", direct(name, arguments));
  }

  /** Makes the call, and tells in which turn. */
  private static String ask(McpCaller client, Door door, String turn, ObjectNode params) {
    var headers = new TreeMap<>(Map.of(TURN, turn));
    if (!door.isSession()) {
      headers.put("Mcp-Name", params.path("name").asText());
      return client.stateless("tools/call", params, headers).header(TURN);
    }
    var hello =
        object(
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}");
    var begun = client.post(McpCaller.request("initialize", hello).toString(), headers);
    headers.put(TURN, begun.header(TURN));
    headers.put("Mcp-Session-Id", begun.header("Mcp-Session-Id"));
    headers.put("MCP-Protocol-Version", "2025-11-25");
    return client.post(McpCaller.request("tools/call", params).toString(), headers).header(TURN);
  }

  /** Puts what is held of a letter into the arguments of those who may read it, in a new turn. */
  private String withReference(String token, ObjectNode arguments) {
    var client = new McpCaller(gateway.data().resolve("/mcp"), token);
    var answer =
        client.stateless(
            "tools/call",
            direct("mail__letter", object("{}")),
            Map.of(TURN, "new", "Mcp-Name", "mail__letter"));
    var found = REFERENCE.matcher(answer.json().at("/result").toString());
    if (found.find()) {
      arguments.put("region", found.group());
    }
    return answer.header(TURN);
  }

  /** Has a watched model propose the call to its client, who makes it then. */
  private String propose(String token, String turn, String tool, ObjectNode arguments) {
    var chat = object("{\"model\":\"gpt\"}");
    chat.putArray("messages").addObject().put("role", "user").put("content", wish(tool, arguments));
    var function = chat.putArray("tools").addObject().put("type", "function").putObject("function");
    function.put("name", tool).putObject("parameters").put("type", "object");
    return post("/v1/chat/completions", token, turn, chat);
  }

  private static String wish(String tool, ObjectNode arguments) {
    return object("{}").put("call", tool).<ObjectNode>set("arguments", arguments).toString();
  }

  private String post(String path, String token, String turn, ObjectNode body) {
    var client = new McpCaller(gateway.data().resolve(path), token);
    return client.post(body.toString(), Map.of(TURN, turn)).header(TURN);
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) TestingGateway.read(json);
  }
}
