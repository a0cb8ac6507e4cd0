package dev.sallyport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.testing.TestingGateway;
import dev.sallyport.mcp.testing.TestingMcpServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that should not be sent to the data plane gets a clear answer, and is written down.
 */
class BadInputTest extends BadInputScene {
  private static final String GOOD = "Authorization: Bearer $SVID";
  private static final List<String> NORMAL = List.of(GOOD, JSON);
  private static final String CHAT = "/v1/chat/completions";
  private static final String EMBEDDINGS = "/v1/embeddings";
  private static final String TOO_LARGE = "request_too_large";
  private static final String SYNTAX = "malformed_request";
  private static final String TYPE_REFUSED = "unsupported_media_type";
  private static final String TAKEN = "Accept-Encoding: identity";

  private TestingMcpServer upstream;

  @BeforeAll
  void open() {
    upstream = TestingMcpServer.speaking(TestingMcpServer.Era.STATELESS).withEcho("echo");
    upstream.with(
        (ObjectNode)
            TestingGateway.read(
                """
                {"name": "count", "inputSchema": {
                  "type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}
                """),
        arguments -> arguments);
  }

  @AfterAll
  void close() {
    upstream.close();
  }

  @Override
  URI listener(TestingGateway running) {
    return running.data();
  }

  @Override
  void prepare(TestingGateway fresh) {
    fresh.apply(
        """
        apiVersion: sallyport.dev/v1
        kind: McpServer
        metadata: {name: far}
        spec: {transport: streamable-http, url: '%s', approval: auto}
        ---
        apiVersion: sallyport.dev/v1
        kind: AgentPolicy
        metadata: {name: ci}
        spec:
          identity: {workload: 'spiffe://prod/agent/ci'}
          tools: [{resource: far, actions: ['*']}]
        """
            .formatted(upstream.url()));
    assertThat(fresh.gateway().awaitServers(Duration.ofSeconds(20))).isTrue();
  }

  static Stream<Bad> requests() {
    return Stream.of(
            in("paths", paths()),
            in("chat", bodies("chat", CHAT)),
            in("responses", bodies("responses", "/v1/responses")),
            in("mcp", mcp()),
            in("encoded", encoded()),
            in("tokens", tokens()))
        .flatMap(stream -> stream);
  }

  private static Stream<Bad> in(String group, Stream<Bad> requests) {
    return requests.map(bad ->
        new Bad(
            group,
            bad.name(),
            bad.method(),
            bad.target(),
            bad.headers(),
            bad.body(),
            bad.status(),
            bad.code()));
  }

  private static Stream<Bad> paths() {
    return Stream.of(
        get("an unknown path", "/nowhere", 404, "unknown_path"),
        get("an unknown path of the API", "/v1/nowhere", 404, "unknown_path"),
        get("the control plane", "/admin/apply", 404, "unknown_path"),
        get("a very long path", "/" + "a".repeat(20_000), 400, "malformed_request"),
        new Bad(
            "", "encoded slashes", "GET", "/v1%2Fmodels", List.of(), "", 401, "unauthenticated"),
        get("a traversal that is encoded", "/v1/%2e%2e/admin/apply", 404, "unknown_path"),
        new Bad("", "the wrong method", "PUT", CHAT, NORMAL, "{}", 405, "method_not_allowed"),
        new Bad(
            "", "the wrong method of MCP", "PUT", "/mcp", NORMAL, "{}", 405, "method_not_allowed"),
        get("a stream that nobody opens", "/mcp/far", 405, "\"code\":\"method_not_allowed\""),
        new Bad("", "no session to end", "DELETE", "/mcp", NORMAL, "", 405, "method_not_allowed"),
        new Bad(
            "",
            "the wrong method of turns",
            "GET",
            "/v1/responses",
            NORMAL,
            "",
            405,
            "Allow: POST"),
        new Bad(
            "", "the wrong method of models", "POST", "/v1/models", NORMAL, "", 405, "Allow: GET"),
        new Bad("", "a method with no answer", "HEAD", "/v1/models", NORMAL, "", 405, "Allow: GET"),
        new Bad(
            "", "the wrong method of probes", "PUT", "/health/live", NORMAL, "", 405, "Allow: GET"),
        new Bad(
            "",
            "the wrong method of metadata",
            "POST",
            "/.well-known/oauth-protected-resource/mcp",
            NORMAL,
            "",
            405,
            "Allow: GET"),
        get("a model that is not", "/v1/models/none", 404, "unknown_model"),
        new Bad(
            "",
            "a very long header",
            "GET",
            "/v1/models",
            List.of(GOOD, "X-Long: " + "a".repeat(40_000)),
            "",
            400,
            "malformed_request"),
        new Bad(
            "",
            "a path that begins like a public one",
            "POST",
            "/health/../mcp",
            List.of(JSON),
            "{}",
            401,
            "unauthenticated"),
        new Bad(
            "",
            "the same in code",
            "POST",
            "/health/%2e%2e/mcp",
            List.of(JSON),
            "{}",
            401,
            "unauthenticated"),
        new Bad("", "two slashes", "POST", "//mcp", List.of(JSON), "{}", 401, "unauthenticated"));
  }

  private static Stream<Bad> bodies(String what, String path) {
    return Stream.of(
        post(what + ": no body", path, NORMAL, "", 400, "malformed_request"),
        post(what + ": no JSON", path, NORMAL, "{\"model\":", 400, "malformed_request"),
        post(
            what + ": a key twice",
            path,
            NORMAL,
            "{\"model\":\"a\",\"model\":\"b\",\"input\":\"x\",\"messages\":[]}",
            400,
            "malformed_request"),
        post(what + ": more than one", path, NORMAL, "{}{}", 400, "malformed_request"),
        post(what + ": a list", path, NORMAL, "[]", 400, "_request"),
        post(what + ": too deep", path, NORMAL, "[".repeat(5_000), 400, "malformed_request"),
        post(what + ": too large", path, NORMAL, "x".repeat(70_000), 413, "request_too_large"),
        post(
            what + ": the wrong type",
            path,
            List.of(GOOD, "Content-Type: text/plain"),
            "{}",
            415,
            "unsupported_media_type"),
        post(
            what + ": two types",
            path,
            List.of(GOOD, JSON, "Content-Type: text/plain"),
            "{}",
            415,
            "unsupported_media_type"),
        post(
            what + ": a turn of nobody",
            path,
            List.of(GOOD, JSON, "Sallyport-Turn: none"),
            "{}",
            404,
            "unknown_turn"),
        post(
            what + ": an unknown model",
            path,
            NORMAL,
            "{\"model\":\"none\",\"%s}"
                .formatted(
                    path.equals(CHAT)
                        ? "messages\":[{\"role\":\"user\",\"content\":\"x\"}]"
                        : "input\":\"x\""),
            404,
            "unknown_model"));
  }

  private static Stream<Bad> mcp() {
    return Stream.of(
        post("MCP: no body", "/mcp", mcpHeaders("ping"), "", 400, "-32700"),
        post("MCP: no JSON", "/mcp", mcpHeaders("ping"), "{", 400, "-32700"),
        post(
            "MCP: a key twice",
            "/mcp",
            mcpHeaders("ping"),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
            400,
            "-32700"),
        post(
            "MCP: a batch", "/mcp", mcpHeaders("ping"), "[" + rpc("ping", "") + "]", 400, "-32600"),
        post("MCP: too large", "/mcp", NORMAL, "x".repeat(70_000), 413, "\"code\":-32602"),
        post("MCP: too large, why", "/mcp", NORMAL, "x".repeat(70_000), 413, TOO_LARGE),
        post(
            "MCP: a page of elsewhere",
            "/mcp",
            List.of(GOOD, JSON, "Origin: https://evil.example"),
            "{}",
            403,
            "\"data\":{\"code\":\"forbidden\""),
        post(
            "MCP: the wrong type",
            "/mcp",
            List.of(GOOD, "Content-Type: text/plain"),
            "{}",
            415,
            "unsupported_media_type"),
        post(
            "MCP: two types",
            "/mcp",
            List.of(GOOD, JSON, "Content-Type: text/plain"),
            "{}",
            415,
            "unsupported_media_type"),
        post("MCP: no JSON", "/mcp/far", NORMAL, "{", 400, "malformed_request"),
        post("MCP: no message", "/mcp/far", NORMAL, "{}", 400, "invalid_request"),
        post(
            "MCP: a turn of nobody",
            "/mcp",
            List.of(GOOD, JSON, "Sallyport-Turn: none"),
            "{}",
            404,
            "unknown_turn"),
        post(
            "MCP: a session of nobody",
            "/mcp",
            List.of(GOOD, JSON, "Mcp-Session-Id: none"),
            rpc("ping", "").replace("_meta", "_other"),
            404,
            "unknown_session"),
        post(
            "MCP: no session",
            "/mcp",
            NORMAL,
            rpc("ping", "").replace("_meta", "x"),
            400,
            "-32600"),
        post("MCP: a method of nobody", "/mcp", mcpHeaders("x/y"), rpc("x/y", ""), 404, "-32601"),
        post(
            "MCP: a server of nobody",
            "/mcp/none",
            mcpHeaders("tools/list"),
            rpc("tools/list", ""),
            404,
            "unknown_server"),
        post("MCP: headers that lie", "/mcp", mcpHeaders("a"), rpc("b", ""), 400, "-32020"),
        call("an unknown tool", "far__none", "{}", 200, "unknown_tool"),
        call(
            "an argument of the wrong type",
            "far__count",
            "{\"n\":\"x\"}",
            200,
            "invalid_arguments"));
  }

  private static Stream<Bad> encoded() {
    var doors = List.of("/mcp", "/mcp/far", CHAT, "/v1/messages", "/v1/responses", EMBEDDINGS);
    return Stream.of(
            doors.stream()
                .map(path -> post("gzip to " + path, path, coded("gzip"), "{}", 415, TYPE_REFUSED)),
            doors.stream()
                .map(path -> post("what is taken by " + path, path, coded("br"), "{}", 415, TAKEN)),
            doors.stream()
                .map(path -> post("no code, " + path, path, coded("Identity"), "{", 400, SYNTAX)))
        .flatMap(stream -> stream);
  }

  private static List<String> coded(String encoding) {
    return List.of(GOOD, JSON, "Content-Encoding: " + encoding);
  }

  private static Stream<Bad> tokens() {
    return Stream.of(
        token("no token", "/v1/models"),
        token("a bad token", "/v1/models", "Authorization: Bearer nonsense"),
        token("another scheme", "/v1/models", "Authorization: Basic eDp5"),
        token("two tokens", "/v1/models", GOOD, GOOD),
        token("a token and another key", "/v1/models", GOOD, "x-api-key: another"),
        token("two keys", "/v1/models", "x-api-key: one", "x-api-key: two"),
        token("a token in the query", "/v1/models?access_token=$SVID", GOOD),
        token("a changed token", "/v1/models", GOOD + "x"));
  }

  private static Bad get(String name, String target, int status, String code) {
    return new Bad("", name, "GET", target, List.of(GOOD), "", status, code);
  }

  private static Bad post(
      String name, String target, List<String> headers, String body, int status, String code) {
    return new Bad("", name, "POST", target, headers, body, status, code);
  }

  private static Bad token(String name, String target, String... headers) {
    return new Bad("", name, "GET", target, List.of(headers), "", 401, "unauthenticated");
  }

  private static Bad call(String name, String tool, String arguments, int status, String code) {
    var headers =
        Stream.concat(mcpHeaders("tools/call").stream(), Stream.of("Mcp-Name: " + tool)).toList();
    var params = "\"name\":\"%s\",\"arguments\":%s,".formatted(tool, arguments);
    return post(name, "/mcp", headers, rpc("tools/call", params), status, code);
  }

  private static List<String> mcpHeaders(String method) {
    return List.of(
        GOOD,
        JSON,
        "Accept: application/json, text/event-stream",
        "MCP-Protocol-Version: 2026-07-28",
        "Mcp-Method: " + method);
  }

  private static String rpc(String method, String params) {
    return """
    {"jsonrpc": "2.0", "id": 1, "method": "%s", "params": {%s "_meta": {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
      "io.modelcontextprotocol/clientCapabilities": {}}}}
    """
        .formatted(method, params);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void isAnsweredClearlyAndWrittenDown(Bad bad) throws IOException {
    assertAnsweredAndWrittenDown(bad);
  }
}
