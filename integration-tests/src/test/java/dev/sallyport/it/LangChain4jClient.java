package dev.sallyport.it;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.McpTextContent;
import dev.langchain4j.mcp.client.McpTextResourceContents;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.sallyport.it.McpPeer.About;
import dev.sallyport.it.McpPeer.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The MCP client in LangChain4j. */
final class LangChain4jClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Long enough for a call to get to its server, on a machine that has much to do. */
  private static final Duration GIVES_UP = Duration.ofSeconds(5);

  private static final JsonMapper JSON = new JsonMapper();

  private LangChain4jClient() {}

  /** Lists the tools of a server, and calls some: what the scripts of the other clients do. */
  static JsonNode call(URI url, String token, Optional<About> about, List<Call> calls) {
    var told = JSON.createObjectNode();
    var progress = new ConcurrentLinkedQueue<Double>();
    try (var client = client(url, token, TIMEOUT, progress)) {
      var tools = told.putArray("tools");
      client.listTools().forEach(tool -> tools.add(tool.name()));
      var answers = told.putArray("answers");
      calls.forEach(call -> answers.add(call(client, call, progress)));
      about.ifPresent(
          asked -> told.set("told", ask(client, asked).put("givenUp", givesUp(url, token, asked))));
    }
    return told;
  }

  private static DefaultMcpClient client(
      URI url, String token, Duration timeout, Queue<Double> progress) {
    var transport =
        StreamableHttpMcpTransport.builder()
            .url(url.toString())
            .customHeaders(Map.of("Authorization", "Bearer " + token))
            .timeout(TIMEOUT)
            .build();
    return DefaultMcpClient.builder()
        .transport(transport)
        .toolExecutionTimeout(timeout)
        .progressHandler(step -> progress.add(step.progress()))
        .build();
  }

  /**
   * It gives a call up when its time is over, and only then. It says so without waiting for an
   * answer: whoever ends it at once may end it before that is sent.
   */
  private static boolean givesUp(URI url, String token, About asked) {
    var progress = new ConcurrentLinkedQueue<Double>();
    try (var client = client(url, token, GIVES_UP, progress)) {
      boolean given = call(client, asked.stuck(), progress).toString().contains("timeout");
      awaitEnd(Path.of(asked.file()));
      return given;
    }
  }

  private static void awaitEnd(Path file) {
    try (var watch = file.getFileSystem().newWatchService()) {
      var folder = requireNonNull(file.getParent(), "a file in a folder");
      folder.register(watch, StandardWatchEventKinds.ENTRY_DELETE);
      while (Files.exists(file)) {
        var told = watch.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (told == null) {
          throw new AssertionError("the server was not told that the call was given up");
        }
        told.pollEvents();
        told.reset();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** It has no completion. */
  private static ObjectNode ask(McpClient client, About about) {
    var told = JSON.createObjectNode();
    var resources = told.putArray("resources");
    client.listResources().forEach(resource -> resources.add(resource.uri()));
    var read = client.readResource(about.uri()).contents().getFirst();
    told.put("text", ((McpTextResourceContents) read).text());
    var prompts = told.putArray("prompts");
    client.listPrompts().forEach(prompt -> prompts.add(prompt.name()));
    var got = client.getPrompt(about.prompt(), Map.copyOf(about.given()));
    told.put("said", ((McpTextContent) got.messages().getFirst().content()).text());
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
