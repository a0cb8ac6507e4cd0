package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.it.McpPeer.About;
import dev.sallyport.it.McpPeer.Call;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest.CompleteArgument;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.ResourceReference;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The official MCP client for Java. */
final class JavaMcpClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private JavaMcpClient() {}

  /** Lists the tools of a server, and calls some: what the scripts of the other clients do. */
  static JsonNode call(URI url, String token, Optional<About> about, List<Call> calls) {
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
      about.ifPresent(asked -> told.set("told", ask(client, asked)));
    }
    return told;
  }

  /** It has no way to give up a call. */
  private static ObjectNode ask(McpSyncClient client, About about) {
    var told = JSON.createObjectNode();
    var resources = told.putArray("resources");
    client.listResources().resources().forEach(resource -> resources.add(resource.uri()));
    var read =
        client.readResource(ReadResourceRequest.builder(about.uri()).build()).contents().getFirst();
    told.put("text", ((TextResourceContents) read).text());
    var prompts = told.putArray("prompts");
    client.listPrompts().prompts().forEach(prompt -> prompts.add(prompt.name()));
    var request =
        GetPromptRequest.builder(about.prompt()).arguments(Map.copyOf(about.given())).build();
    var said = client.getPrompt(request).messages().getFirst().content();
    told.put("said", ((TextContent) said).text());
    var argument = new CompleteArgument(about.argument().name(), about.argument().value());
    var asked = CompleteRequest.builder(new ResourceReference(about.template()), argument).build();
    var values = client.completeCompletion(asked).completion().values();
    return told.set("values", JSON.valueToTree(values));
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
    // it tells of each step on a thread of its own, so in any order
    return answer.set("progress", JSON.valueToTree(progress.stream().sorted().toList()));
  }
}
