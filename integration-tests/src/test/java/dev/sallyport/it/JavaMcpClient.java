package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.it.McpPeer.Call;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The official MCP client for Java. */
final class JavaMcpClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private JavaMcpClient() {}

  /** Lists the tools of a server, and calls some: what the scripts of the other clients do. */
  static JsonNode call(URI url, String token, List<Call> calls) {
    var told = JSON.createObjectNode();
    var transport =
        HttpClientStreamableHttpTransport.builder(url.resolve("/").toString())
            .endpoint(url.getPath())
            .requestBuilder(HttpRequest.newBuilder().header("Authorization", "Bearer " + token))
            .build();
    var progress = new ConcurrentLinkedQueue<Double>();
    try (var client =
        McpClient.sync(transport)
            .requestTimeout(TIMEOUT)
            .initializationTimeout(TIMEOUT)
            .progressConsumer(step -> progress.add(step.progress()))
            .build()) {
      told.put("revision", client.initialize().protocolVersion());
      var tools = told.putArray("tools");
      client.listTools().tools().forEach(tool -> tools.add(tool.name()));
      var answers = told.putArray("answers");
      calls.forEach(call -> answers.add(call(client, call, progress)));
    }
    return told;
  }

  private static ObjectNode call(McpSyncClient client, Call call, Queue<Double> progress) {
    var answer = JSON.createObjectNode();
    progress.clear();
    try {
      var request =
          CallToolRequest.builder(call.name())
              .arguments(call.arguments())
              .progressToken(call.name())
              .build();
      answer.set("result", JSON.valueToTree(client.callTool(request)));
    } catch (McpError e) {
      var error = e.getJsonRpcError();
      answer.putObject("error").put("code", error.code()).put("message", error.message());
    }
    return answer.set("progress", JSON.valueToTree(progress));
  }
}
