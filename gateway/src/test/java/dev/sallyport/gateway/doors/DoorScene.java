package dev.sallyport.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpCaller.Answer;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import dev.sallyport.mcp.wire.HeaderText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A gateway with servers of three kinds, each by a credential of its own or by none, and agents
 * that may do different things: what is wanted can be asked of it by every door. Thread-safe.
 */
final class DoorScene implements AutoCloseable {
  static final String TURN = "Sallyport-Turn";
  private static final String TASKS = "io.modelcontextprotocol/tasks";
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
      spec: {transport: streamable-http, url: 'URL', approval: auto, quarantine: tainted-read}
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
          job: {resource: jobs, action: run}
        prompts:
          greet: {resource: letters, action: send}
          sum: {resource: accounts, action: update}
        resources:
          - {template: 'doc:///{id}', resource: accounts, action: read}
          - {template: 'note:///{id}', resource: accounts, action: update}
          - {template: 'trash:///{id}', resource: accounts, action: delete}
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
          - {resource: jobs, actions: [run]}
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
          - {resource: jobs, actions: [run]}
      ---
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: bounded}
      spec:
        identity: {workload: 'spiffe://prod/agent/bounded'}
        containment: {tainted_read: true, new_turns: clean}
        models: {allow: [gpt]}
        tools:
          - {resource: accounts, actions: [read], when: 'args.limit <= 5000'}
          - {resource: accounts, actions: [update], when: "ctx.label == 'USER'"}
          - {resource: letters, actions: [send], when: "args.region == 'eu'"}
          - {resource: files, actions: ['*'], when: '!has(args.region)'}
          - {resource: files, deny: [write], when: 'args.limit > 100'}
          - {resource: mail, actions: [letter]}
          - {resource: jobs, actions: [run], when: 'args.limit <= 5000'}
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

  /** Of an agent whose calls wait for a person: each has a place of its own to wait in. */
  private static final String CAREFUL =
      """
      apiVersion: sallyport.dev/v1
      kind: AgentPolicy
      metadata: {name: NAME}
      spec:
        identity: {workload: 'spiffe://prod/agent/NAME'}
        models: {allow: [gpt]}
        tools:
          - {resource: accounts, actions: [read, update], approve: [update]}
          - {resource: files, actions: ['*'], approve: [read, write, resources/read]}
          - {resource: mail, actions: [letter]}
          - {resource: jobs, actions: [run]}
      """;

  private final TestingMcpServer upstream = TestingMcpServer.speaking(Era.STATELESS);
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final ObedientModel model;
  private final TestingGateway gateway;

  DoorScene(Path folder) throws IOException {
    for (var tool : List.of("read", "write", "send", "erase", "job")) {
      upstream.with(definition(tool), DoorScene::content);
    }
    upstream
        .with(TestingMcpServer.definition("letter"), _ -> letter())
        .able("prompts", object("{}"))
        .able("resources", object("{}"))
        .able("completions", object("{}"))
        .able("extensions", object("{\"%s\":{}}".formatted(TASKS)))
        .answer("prompts/list", answering("{'prompts':[{'name':'greet'},{'name':'sum'}]}"))
        .answer("resources/list", answering("{'resources':[]}"))
        .answer(
            "resources/templates/list",
            answering(
                "{'resourceTemplates':[{'uriTemplate':'doc:///{id}','name':'d'},"
                    + "{'uriTemplate':'note:///{id}','name':'n'},"
                    + "{'uriTemplate':'trash:///{id}','name':'t'}]}"))
        .answer("prompts/get", answering("{'messages':[]}"))
        .answer("resources/read", answering("{'contents':[]}"))
        .answer("completion/complete", answering("{'completion':{'values':['x']}}"))
        .answer("tasks/get", DoorScene::task)
        .answer("tasks/update", answering("{'resultType':'complete'}"))
        .answer("tasks/cancel", answering("{'resultType':'complete'}"));
    upstream.answerCalls(DoorScene::call);
    model = new ObedientModel();
    gateway = TestingGateway.start(folder);
    gateway.apply(
        RESOURCES
            .replace("URL", upstream.url().toString())
            .replace("MODEL", model.base().toString()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  /** Has a policy for each of these that is to have one of its own. */
  void know(Stream<String> agents) {
    gateway.apply(
        agents
            .filter(Pick::isCareful)
            .map(agent -> CAREFUL.replace("NAME", agent))
            .collect(Collectors.joining("---\n")));
  }

  TestingGateway gateway() {
    return gateway;
  }

  TestingMcpServer upstream() {
    return upstream;
  }

  @Override
  public void close() {
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

  private static TestingMcpServer.CallScript answering(String result) {
    return (_, exchange, request) -> answer(exchange, request, object(result.replace('\'', '"')));
  }

  private static void call(TestingMcpServer server, HttpExchange exchange, JsonNode request)
      throws IOException {
    if (request.at("/params/name").asText().equals("job")) {
      var id = "t-" + request.at("/params/arguments/mark").asText();
      answer(exchange, request, task("task", id));
    } else {
      server.answerByTool(exchange, request);
    }
  }

  private static void task(TestingMcpServer server, HttpExchange exchange, JsonNode request)
      throws IOException {
    answer(exchange, request, task("complete", request.at("/params/taskId").asText()));
  }

  private static ObjectNode task(String resultType, String id) {
    return object(
            "{\"status\":\"working\",\"ttlMs\":600000,\"createdAt\":\"2026-11-22T00:00:00Z\","
                + "\"lastUpdatedAt\":\"2026-11-22T00:00:00Z\"}")
        .put("resultType", resultType)
        .put("taskId", id);
  }

  private static void answer(HttpExchange exchange, JsonNode request, ObjectNode result)
      throws IOException {
    TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, result));
  }

  /** A client of the server of this name, or of all where the door is one of all. */
  McpCaller client(String agent, Door door, String server) {
    return new McpCaller(
        gateway.data().resolve(door.isOfOneServer() ? "/mcp/" + server : "/mcp"), token(agent));
  }

  private String token(String agent) {
    return tokens.computeIfAbsent(agent, name -> gateway.svid("/agent/" + name));
  }

  /** Asks by a door, in a turn; the answer says in which. */
  Answer ask(McpCaller client, Door door, String turn, String method, ObjectNode params) {
    var headers = new TreeMap<>(Map.of(TURN, turn));
    if (!door.isSession()) {
      var name = params.findValue(method.equals("resources/read") ? "uri" : "name");
      var task = params.path("taskId").asText(name == null ? "" : name.asText());
      if (!method.startsWith("completion/")) {
        headers.put("Mcp-Name", HeaderText.encode(task));
      }
      headers.put("MCP-Protocol-Version", door.revision());
      headers.put("Mcp-Method", method);
      var whole = params.deepCopy();
      var meta = whole.withObjectProperty("_meta");
      meta.put("io.modelcontextprotocol/protocolVersion", door.revision());
      meta.putObject("io.modelcontextprotocol/clientCapabilities")
          .putObject("extensions")
          .putObject(TASKS);
      return client.post(McpCaller.request(method, whole).toString(), headers);
    }
    var hello =
        object("{\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}")
            .put("protocolVersion", door.revision());
    var begun = client.post(McpCaller.request("initialize", hello).toString(), headers);
    headers.put(TURN, begun.header(TURN));
    headers.put("Mcp-Session-Id", begun.header("Mcp-Session-Id"));
    headers.put("MCP-Protocol-Version", door.revision());
    return client.post(McpCaller.request(method, params).toString(), headers);
  }

  /** Has a member hold what is in quarantine, for those who may read that, in a new turn. */
  String withReference(String agent, ObjectNode arguments, String member) {
    var params = direct("mail__letter", object("{}"));
    var client = client(agent, Door.ALL_SERVERS, "mail");
    var answer = ask(client, Door.ALL_SERVERS, "new", "tools/call", params);
    var found = REFERENCE.matcher(answer.json().at("/result").toString());
    if (found.find()) {
      arguments.put(member, found.group());
    }
    return answer.header(TURN);
  }

  /** Has a watched model propose the call to its client; in which turn. */
  String propose(String agent, Door door, String turn, String tool, ObjectNode arguments) {
    var body = object("{\"model\":\"gpt\",\"max_tokens\":99}");
    var offered = object("{}");
    if (door != Door.WATCHED_RESPONSES) {
      var message = body.putArray("messages").addObject().put("role", "user");
      message.put("content", wish(tool, arguments));
    }
    body.putArray("tools").add(offered);
    var path =
        switch (door) {
          case WATCHED_MESSAGES -> {
            offered.put("name", tool).putObject("input_schema").put("type", "object");
            yield "/v1/messages";
          }
          case WATCHED_RESPONSES -> {
            body.put("input", wish(tool, arguments)).remove("max_tokens");
            offered.put("type", "function").put("name", tool);
            offered.putObject("parameters").put("type", "object");
            yield "/v1/responses";
          }
          default -> {
            var function = offered.put("type", "function").putObject("function");
            function.put("name", tool).putObject("parameters").put("type", "object");
            yield "/v1/chat/completions";
          }
        };
    return post(path, agent, turn, body);
  }

  /** Has the gateway run a turn in which the model makes the call; in which. */
  String run(String agent, String turn, String tool, ObjectNode arguments) {
    var body =
        object("{\"model\":\"gpt\",\"tools\":[{\"type\":\"mcp\",\"server_label\":\"sallyport\"}]}");
    return post("/v1/responses", agent, turn, body.put("input", wish(tool, arguments)));
  }

  private static String wish(String tool, ObjectNode arguments) {
    return object("{}").put("call", tool).<ObjectNode>set("arguments", arguments).toString();
  }

  private String post(String path, String agent, String turn, ObjectNode body) {
    var client = new McpCaller(gateway.data().resolve(path), token(agent));
    return client.post(body.toString(), Map.of(TURN, turn)).header(TURN);
  }

  static ObjectNode direct(String name, ObjectNode arguments) {
    return object("{}").put("name", name).set("arguments", arguments);
  }

  static ObjectNode object(String json) {
    return (ObjectNode) TestingGateway.read(json);
  }
}
