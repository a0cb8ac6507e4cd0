package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The official MCP clients. */
enum McpPeer {
  /** The TypeScript client of the first generation. */
  TYPESCRIPT_1("2025-11-25"),
  /** The TypeScript client of the second generation. */
  TYPESCRIPT_2("2026-07-28"),
  /** The Java client. */
  JAVA("2025-11-25");

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private final String revision;

  McpPeer(String revision) {
    this.revision = revision;
  }

  /** The newest revision of the protocol that it speaks. */
  String revision() {
    return revision;
  }

  /** Lists the tools of a server, and calls some. */
  Told call(URI url, String token, Call... wanted) {
    var calls = List.of(wanted);
    var told =
        switch (this) {
          case TYPESCRIPT_1 -> Peers.run("mcp-client-1", "calls.mjs", input(url, token, calls));
          case TYPESCRIPT_2 -> Peers.run("mcp-client-2", "calls.mjs", input(url, token, calls));
          case JAVA -> inJava(url, token, calls);
        };
    var tools = new ArrayList<String>();
    told.path("tools").forEach(tool -> tools.add(tool.asText()));
    var answers = new ArrayList<JsonNode>();
    told.path("answers").forEach(answers::add);
    return new Told(told.path("revision").asText(), tools, answers);
  }

  private static ObjectNode input(URI url, String token, List<Call> calls) {
    var input = JSON.createObjectNode().put("url", url.toString()).put("token", token);
    input.set("calls", JSON.valueToTree(calls));
    return input;
  }

  private static JsonNode inJava(URI url, String token, List<Call> calls) {
    var told = JSON.createObjectNode();
    var transport =
        HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
            .endpoint(url.getPath())
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + token))
            .build();
    try (var client =
        McpClient.sync(transport).requestTimeout(TIMEOUT).initializationTimeout(TIMEOUT).build()) {
      told.put("revision", client.initialize().protocolVersion());
      var tools = told.putArray("tools");
      client.listTools().tools().forEach(tool -> tools.add(tool.name()));
      var answers = told.putArray("answers");
      calls.forEach(call -> answers.add(inJava(client, call)));
    }
    return told;
  }

  private static ObjectNode inJava(McpSyncClient client, Call call) {
    var answer = JSON.createObjectNode();
    try {
      var request = CallToolRequest.builder(call.name()).arguments(call.arguments()).build();
      answer.set("result", JSON.valueToTree(client.callTool(request)));
    } catch (McpError e) {
      var error = e.getJsonRpcError();
      answer.putObject("error").put("code", error.code()).put("message", error.message());
    }
    return answer;
  }

  /** A tool to call. */
  record Call(String name, Map<String, Object> arguments) {}

  /**
   * What a client was told.
   *
   * @param tools the names of the tools that it found
   * @param answers the answer to each call: a {@code result} or an {@code error}
   */
  record Told(String revision, List<String> tools, List<JsonNode> answers) {
    /** The answer to a call, counted from 0. */
    JsonNode answer(int call) {
      return answers.get(call);
    }
  }
}
