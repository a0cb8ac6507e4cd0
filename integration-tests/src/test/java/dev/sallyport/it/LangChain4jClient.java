package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.sallyport.it.McpPeer.Call;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The MCP client in LangChain4j. */
final class LangChain4jClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private LangChain4jClient() {}

  /** Lists the tools of a server, and calls some: what the scripts of the other clients do. */
  static JsonNode call(URI url, String token, List<Call> calls) {
    var told = JSON.createObjectNode();
    var progress = new ConcurrentLinkedQueue<Double>();
    var transport =
        StreamableHttpMcpTransport.builder()
            .url(url.toString())
            .customHeaders(Map.of("Authorization", "Bearer " + token))
            .timeout(TIMEOUT)
            .build();
    try (var client =
        DefaultMcpClient.builder()
            .transport(transport)
            .progressHandler(step -> progress.add(step.progress()))
            .build()) {
      var tools = told.putArray("tools");
      client.listTools().forEach(tool -> tools.add(tool.name()));
      var answers = told.putArray("answers");
      calls.forEach(call -> answers.add(call(client, call, progress)));
    }
    return told;
  }

  private static ObjectNode call(McpClient client, Call call, Queue<Double> progress) {
    var answer = JSON.createObjectNode();
    progress.clear();
    try {
      var result =
          client.executeTool(
              ToolExecutionRequest.builder()
                  .name(call.name())
                  .arguments(JSON.valueToTree(call.arguments()).toString())
                  .build());
      answer.putObject("result").put("text", result.resultText()).put("isError", result.isError());
    } catch (LangChain4jException e) {
      answer.putObject("error").put("message", e.getMessage());
    }
    return answer.set("progress", JSON.valueToTree(progress));
  }
}
