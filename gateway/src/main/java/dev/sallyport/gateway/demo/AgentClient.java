package dev.sallyport.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** What the demo's agent does: plain HTTP with its own token, as any framework would. */
final class AgentClient {
  private static final String MCP_REVISION = "2026-07-28";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final JsonMapper MAPPER = new JsonMapper();

  private final HttpClient http;
  private final URI gateway;
  private final String token;
  private final Consumer<String> heard;

  /**
   * @param heard is given every answer as it came
   */
  AgentClient(HttpClient http, URI gateway, String token, Consumer<String> heard) {
    this.http = http;
    this.gateway = gateway;
    this.token = token;
    this.heard = heard;
  }

  /** Hands a whole turn over. */
  Answer turn(String model, String task) throws IOException, InterruptedException {
    var body = JsonNodeFactory.instance.objectNode().put("model", model).put("input", task);
    body.putArray("tools").addObject().put("type", "mcp").put("server_label", "sallyport");
    return send(request("/v1/responses"), body);
  }

  /** Lists the tools that this agent has. */
  Answer listTools() throws IOException, InterruptedException {
    var body = rpc("tools/list");
    return send(mcp("tools/list"), body);
  }

  /** Calls a tool. */
  Answer callTool(String name, ObjectNode arguments) throws IOException, InterruptedException {
    var body = rpc("tools/call");
    ((ObjectNode) body.get("params")).put("name", name).set("arguments", arguments);
    return send(mcp("tools/call").header("Mcp-Name", name), body);
  }

  private static ObjectNode rpc(String method) {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", method);
    var meta = body.putObject("params").putObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", MCP_REVISION);
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    meta.putObject("io.modelcontextprotocol/clientInfo").put("name", "demo").put("version", "1");
    return body;
  }

  private HttpRequest.Builder mcp(String method) {
    return request("/mcp")
        .header("Accept", "application/json, text/event-stream")
        .header("MCP-Protocol-Version", MCP_REVISION)
        .header("Mcp-Method", method);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(gateway.resolve(path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  private Answer send(HttpRequest.Builder request, ObjectNode body)
      throws IOException, InterruptedException {
    var sent = request.POST(BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body))).build();
    HttpResponse<String> response = http.send(sent, BodyHandlers.ofString(StandardCharsets.UTF_8));
    heard.accept(response.headers().map() + "\n" + response.body());
    return new Answer(response.statusCode(), MAPPER.readTree(response.body()));
  }

  /** What came back. */
  record Answer(int status, JsonNode body) {
    /** The code of a refusal, in words where there is none. */
    String code() {
      for (var pointer : List.of("/error/data/code", "/error/code", "/code")) {
        var code = body.at(pointer).asText();
        if (!code.isEmpty()) {
          return code;
        }
      }
      return "status " + status;
    }
  }
}
