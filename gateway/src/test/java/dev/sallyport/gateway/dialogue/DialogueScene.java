package dev.sallyport.gateway.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.llm.kit.Script;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway before a strict server and a model that is there in both protocols, for an agent {@code
 * ci} that may use the server's tools, and an agent {@code plain} that may use no tool.
 */
public abstract class DialogueScene {
  protected static final String CHAT = "/v1/chat/completions";

  /** What a letter says. */
  protected static final String LETTER = "Dear Ada, the code is 7731-ZEBRA";

  protected static final String TOOLS =
      """
      [{"type":"function","function":{"name":"save","parameters":{"type":"object",
        "properties":{"text":{"type":"string"},"title":{"type":"string"}}}}},
       {"type":"function","function":{"name":"fetch_page","parameters":{"type":"object",
        "properties":{"url":{"type":"string"}}}}}]
      """;

  @TempDir private Path folder;
  protected final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS)
          .with(TestingMcpServer.definition("letter"), _ -> letter());
  protected FakeProvider model;
  protected TestingGateway gateway;

  @BeforeEach
  void open() {
    model = new FakeProvider();
    gateway = TestingGateway.start(folder);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: far}
        spec: {transport: streamable-http, url: '%s', approval: auto}
        ---
        apiVersion: sallyport.dev/v1
        kind: Credential
        metadata: {name: model}
        spec: {kind: secret, value: model-secret, providers: [gpt, claude]}
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: gpt}
        spec: {protocol: openai, baseUrl: '%2$s', credential: model}
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: claude}
        spec: {protocol: anthropic, baseUrl: '%2$s', credential: model}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: gpt}
        spec: {alias: gpt, provider: gpt, upstreamModel: gpt-4o}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: claude}
        spec: {alias: claude, provider: claude, upstreamModel: claude-x}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          models: {allow: [gpt, claude]}
          tools: [{resource: far, actions: ['*']}]
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: plain}
        spec:
          identity: {workload: 'spiffe://prod/agent/plain'}
          models: {allow: [gpt]}
        """
            .formatted(server.url(), model.base()));
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
    model.close();
    server.close();
  }

  private static ObjectNode letter() {
    var result = (ObjectNode) TestingGateway.read("{}");
    result.putArray("content").addObject().put("type", "text").put("text", LETTER);
    return result;
  }

  /** A request of these messages, with the client's tools. */
  protected static ObjectNode chat(String alias, String messages) {
    var chat = (ObjectNode) TestingGateway.read("{\"model\":\"%s\"}".formatted(alias));
    chat.set("messages", TestingGateway.read("{\"m\":%s}".formatted(messages)).path("m"));
    chat.set("tools", TestingGateway.read("{\"t\":%s}".formatted(TOOLS)).path("t"));
    return chat;
  }

  protected HttpResponse<String> post(JsonNode chat) {
    return gateway.post(CHAT, gateway.svid("/agent/ci"), chat.toString());
  }

  /** Posts in a turn that is named. */
  protected HttpResponse<String> post(String path, String turn, String body) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.data().resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + gateway.svid("/agent/ci"))
            .header("Content-Type", "application/json")
            .header("Sallyport-Turn", turn)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  protected JsonNode answer(JsonNode chat) {
    var answer = post(chat);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestingGateway.read(answer.body());
  }

  /** What the model was sent last. */
  protected JsonNode heard() {
    return model.last().json();
  }

  /** What the model was sent last, of the text that the messages hold. */
  protected String heardText() {
    return heard().path("messages").toString();
  }

  /** The text in which the broker gave the letter in the agent's own turn. */
  protected String given() {
    return mcp("far__letter", "{}").at("/result/content/0/text").asText();
  }

  /** The reference to the letter. */
  protected String reference() {
    return TestingGateway.read(given()).path("text").asText();
  }

  protected JsonNode mcp(String tool, String arguments) {
    return gateway
        .agent("/agent/ci")
        .call(tool, (ObjectNode) TestingGateway.read(arguments))
        .json();
  }

  /** An answer in words. */
  protected static Script says(String text) {
    return Script.json(200, message(message -> message.put("content", text), "stop").toString());
  }

  /** An answer that wants calls. */
  protected static Script wants(String text, ObjectNode... calls) {
    return Script.json(
        200,
        message(
                message -> {
                  message.put("content", text);
                  if (text.isEmpty()) {
                    message.putNull("content");
                  }
                  message.putArray("tool_calls").addAll(List.of(calls));
                },
                "tool_calls")
            .toString());
  }

  private static ObjectNode message(Consumer<ObjectNode> content, String end) {
    var answer =
        (ObjectNode)
            TestingGateway.read(
                """
                {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                 "message":{"role":"assistant"}}],
                 "usage":{"prompt_tokens":20,"completion_tokens":5,"total_tokens":25}}
                """);
    content.accept((ObjectNode) answer.at("/choices/0/message"));
    ((ObjectNode) answer.at("/choices/0")).put("finish_reason", end);
    return answer;
  }

  /** A streamed answer that wants calls. */
  protected static Script streamed(List<ObjectNode> calls) {
    var events = new ArrayList<String>();
    events.add(event("{\"role\":\"assistant\",\"content\":\"Hm.\"}", "null"));
    for (int i = 0; i < calls.size(); i++) {
      var call = calls.get(i).deepCopy().put("index", i);
      var function = (ObjectNode) call.path("function");
      var arguments = function.path("arguments").asText();
      function.put("arguments", "");
      events.add(event("{\"tool_calls\":[%s]}".formatted(call), "null"));
      var rest = (ObjectNode) TestingGateway.read("{\"index\":%d,\"function\":{}}".formatted(i));
      ((ObjectNode) rest.path("function")).put("arguments", arguments);
      events.add(event("{\"tool_calls\":[%s]}".formatted(rest), "null"));
    }
    events.add(event("{}", "\"tool_calls\""));
    events.add("data: [DONE]\n\n");
    return Script.events(events);
  }

  private static String event(String delta, String end) {
    return ("data:"
                + " {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n")
        .formatted(delta, end);
  }

  /** A call as a model writes it. */
  protected static ObjectNode call(String id, String name, String arguments) {
    var call = (ObjectNode) TestingGateway.read("{}");
    call.put("id", id).put("type", "function");
    call.putObject("function").put("name", name).put("arguments", arguments);
    return call;
  }

  protected List<JsonNode> evidence(String type) {
    var records = gateway.admin().get("/admin/evidence?last=100").orFail();
    return StreamSupport.stream(records.path("items").spliterator(), false)
        .filter(record -> record.path("type").asText().equals(type))
        .toList();
  }
}
