package dev.sallyport.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.identity.testing.TestingClock;
import dev.sallyport.identity.testing.TestingIssuer;
import dev.sallyport.llm.kit.FakeProvider;
import dev.sallyport.mcp.testing.McpCaller;
import dev.sallyport.mcp.testing.McpStream;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway before a server whose tool never ends and a model that never comes to its end, for one
 * agent. It can prove itself in every way there is.
 */
abstract class RevocationScene {
  static final String AGENT = "spiffe://prod/agent/ci";

  /** A second, and what a busy machine takes beside it; nothing here ends by itself so soon. */
  static final Duration SOON = Duration.ofSeconds(20);

  private static final String SLOW_MODEL = "fake/text-1000+every-50";

  @TempDir private Path folder;
  final TestingClock clock = new TestingClock();
  final TestingIssuer issuer = new TestingIssuer(clock);
  private final CountDownLatch never = new CountDownLatch(1);
  final TestingMcpServer server =
      TestingMcpServer.speaking(TestingMcpServer.Era.SESSIONS).withEcho("slow").withEcho("quick");
  private FakeProvider model;
  TestingGateway gateway;

  @BeforeEach
  void open() {
    model = new FakeProvider();
    server.answerCalls(this::answer);
    gateway = TestingGateway.start(folder, Map.of(), Map.of(), clock);
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: Issuer
        metadata: {name: corp}
        spec: {issuer: '%s', jwksUri: '%s', audience: '%s', algorithms: [ES256]}
        ---
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: far}
        spec: {transport: streamable-http, url: '%s', approval: auto, quarantine: trusted}
        ---
        apiVersion: sallyport.dev/v1
        kind: Credential
        metadata: {name: model}
        spec: {kind: secret, value: model-secret, providers: [gpt]}
        ---
        apiVersion: sallyport.dev/v1
        kind: Provider
        metadata: {name: gpt}
        spec: {protocol: openai, baseUrl: '%s', credential: model}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: gpt}
        spec: {alias: gpt, provider: gpt, upstreamModel: '%s'}
        ---
        apiVersion: sallyport.dev/v1
        kind: Deployment
        metadata: {name: caller}
        spec: {alias: caller, provider: gpt, upstreamModel: fake/call-1}
        """
            .formatted(
                issuer.issuer(),
                issuer.jwksUri(),
                TestingGateway.AUDIENCE,
                server.url(),
                model.base(),
                SLOW_MODEL));
    grant("ci", AGENT);
    assertThat(gateway.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  @AfterEach
  void close() throws IOException {
    never.countDown();
    gateway.close();
    model.close();
    server.close();
    issuer.close();
  }

  final void grant(String name, String principal) {
    gateway.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: %s}
        spec:
          identity: {workload: '%s'}
          models: {allow: [gpt, caller]}
          tools: [{resource: far, actions: ['*']}]
        """
            .formatted(name, principal));
  }

  private void answer(TestingMcpServer at, HttpExchange exchange, JsonNode request)
      throws IOException {
    if (!request.at("/params/name").asText().equals("slow")) {
      at.answerByTool(exchange, request);
      return;
    }
    try (var stream = new TestingStream(at, exchange)) {
      stream.send(TestingMcpServer.progress(request, 1, "begun"));
      never.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** A call of the tool that never ends, at the moment at which its stream has begun. */
  final McpStream slowCall(String token, boolean session) {
    var caller = new McpCaller(gateway.data().resolve("/mcp"), token);
    var params =
        object("{\"name\":\"far__slow\",\"arguments\":{},\"_meta\":{\"progressToken\":1}}");
    var headers = session ? session(caller) : stateless("tools/call", params);
    if (!session) {
      headers.put("Mcp-Name", "far__slow");
    }
    var stream = caller.open("POST", McpCaller.request("tools/call", params).toString(), headers);
    assertThat(stream.next().path("method").asText()).isEqualTo("notifications/progress");
    return stream;
  }

  /** The stream of a session, or that of a request to listen, once it is there. */
  final McpStream listening(String token, boolean session) {
    var caller = new McpCaller(gateway.data().resolve("/mcp"), token);
    if (session) {
      var stream = caller.open("GET", "", session(caller));
      assertThat(stream.line()).hasValue(": ");
      return stream;
    }
    var params = object("{\"notifications\":{\"toolsListChanged\":true}}");
    var headers = stateless("subscriptions/listen", params);
    var body = McpCaller.request("subscriptions/listen", params).toString();
    var stream = caller.open("POST", body, headers);
    assertThat(stream.next().toString()).contains("notifications/subscriptions/acknowledged");
    return stream;
  }

  static Map<String, String> stateless(String method, ObjectNode params) {
    var meta = params.withObjectProperty("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    return new TreeMap<>(Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method));
  }

  static Map<String, String> session(McpCaller caller) {
    var params =
        object(
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}");
    var begun = caller.post(McpCaller.request("initialize", params).toString(), Map.of());
    assertThat(begun.status()).isEqualTo(200);
    return new TreeMap<>(
        Map.of(
            "Mcp-Session-Id",
            begun.header("Mcp-Session-Id"),
            "MCP-Protocol-Version",
            "2025-11-25"));
  }

  /** A stream of the model's words, at the moment at which it has said something. */
  final McpStream said(String token, String path, String body) {
    var stream = new McpCaller(gateway.data().resolve(path), token).open("POST", body, Map.of());
    assertThat(stream.status()).isEqualTo(200);
    var _ = stream.next();
    return stream;
  }

  static ObjectNode object(String json) {
    return (ObjectNode) TestingGateway.read(json);
  }

  /** The last records of a type. */
  final List<JsonNode> records(String type) {
    var items = gateway.admin().get("/admin/evidence?last=200").orFail().path("items");
    return StreamSupport.stream(items.spliterator(), false)
        .filter(record ->
            record.path("type").asText().equals(type) || record.path("event").asText().equals(type))
        .toList();
  }

  /** Reads all streams to their ends at once, and gives what came last on each. */
  static List<String> endings(List<McpStream> streams) throws InterruptedException {
    var endings = new String[streams.size()];
    var readers = new ArrayList<Thread>();
    for (int i = 0; i < endings.length; i++) {
      int at = i;
      readers.add(Thread.startVirtualThread(() -> endings[at] = rest(streams.get(at))));
    }
    for (var reader : readers) {
      reader.join();
    }
    return List.of(endings);
  }

  private static String rest(McpStream stream) {
    try (stream) {
      var rest = new StringBuilder();
      for (var line = stream.line(); line.isPresent(); line = stream.line()) {
        rest.append(line.get()).append('\n');
      }
      return rest.toString();
    }
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.onSpinWait();
    }
  }
}
