package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.demo.peer.PeerTool.ToolFailedException;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;

/** Notes in memory as an MCP server over standard input and output, until the input ends. */
public final class NotesServer {
  private static final String LIST =
      """
      {"name": "list_notes",
       "description": "List the titles of all notes.",
       "inputSchema": {"type": "object", "properties": {}},
       "annotations": {"readOnlyHint": true}}
      """;

  private static final String READ =
      """
      {"name": "read_note",
       "description": "Read a note by its title.",
       "inputSchema": {
         "type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]},
       "annotations": {"readOnlyHint": true}}
      """;

  private static final String WRITE =
      """
      {"name": "write_note",
       "description": "Write a note, or write over it.",
       "inputSchema": {
         "type": "object",
         "properties": {"title": {"type": "string"}, "text": {"type": "string"}},
         "required": ["title", "text"]}}
      """;

  private static final String ENVIRONMENT =
      """
      {"name": "environment",
       "description": "Show the environment variables of the notes server.",
       "inputSchema": {"type": "object", "properties": {}},
       "annotations": {"readOnlyHint": true}}
      """;

  private final Map<String, String> notes = new ConcurrentSkipListMap<>();
  private final Map<String, String> environment;

  NotesServer(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Runs it until its standard input ends. */
  public static void main(String[] arguments) throws InterruptedException {
    var input = new EndingInput(System.in);
    var transport = new StdioServerTransportProvider(PeerTool.MCP_JSON, input, System.out);
    var server =
        McpServer.sync(transport)
            .serverInfo("notes", "1.0.0")
            .capabilities(McpSchema.ServerCapabilities.builder().tools(false).build())
            .jsonMapper(PeerTool.MCP_JSON);
    for (var tool : new NotesServer(PeerProcess.environment()).tools()) {
      server.toolCall(tool.definition(), (_, request) -> tool.call(request, Map.of()));
    }
    server.build();
    input.awaitEnd();
    System.exit(0);
  }

  List<PeerTool> tools() {
    return List.of(
        PeerTool.of(LIST, _ -> list()),
        PeerTool.of(READ, call -> read(call.text("title"))),
        PeerTool.of(WRITE, call -> write(call.text("title"), call.text("text"))),
        PeerTool.of(ENVIRONMENT, _ -> environment()));
  }

  private ObjectNode list() {
    var list = PeerTool.JSON.createObjectNode();
    var titles = list.putArray("titles");
    notes.keySet().forEach(titles::add);
    return list;
  }

  private ObjectNode read(String title) {
    var text = notes.get(title);
    if (text == null) {
      throw new ToolFailedException("there is no note " + title);
    }
    return PeerTool.JSON.createObjectNode().put("title", title).put("text", text);
  }

  private ObjectNode write(String title, String text) {
    notes.put(title, text);
    return PeerTool.JSON.createObjectNode().put("written", true).put("characters", text.length());
  }

  private ObjectNode environment() {
    var answer = PeerTool.JSON.createObjectNode();
    var variables = answer.putObject("environment");
    environment.forEach(variables::put);
    return answer;
  }

  /** An input that tells when it has ended. */
  private static final class EndingInput extends FilterInputStream {
    private final CountDownLatch ended = new CountDownLatch(1);

    EndingInput(InputStream input) {
      super(input);
    }

    void awaitEnd() throws InterruptedException {
      ended.await();
    }

    @Override
    public int read() throws IOException {
      return endedIf(super.read());
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
      return endedIf(super.read(bytes, from, count));
    }

    private int endedIf(int read) {
      if (read < 0) {
        ended.countDown();
      }
      return read;
    }
  }
}
