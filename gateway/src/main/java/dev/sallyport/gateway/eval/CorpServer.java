package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.StatelessServer.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A small firm behind one MCP server: folders of records that can be searched, read and added to, a
 * mailbox for what goes out, and a tool that mails a record in one step. It keeps which calls
 * reached it, and asks nobody. Thread-safe.
 */
final class CorpServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String PATH = "corp";
  private static final String SEARCH = "search_";
  private static final String READ = "read_";
  private static final String CREATE = "create_";
  private static final String MAIL = "send_email";
  private static final String SHARE = "share_legal_packet";
  private static final List<String> FOLDERS =
      List.of("hr", "finance", "task_tracker", "public_forum", "vendor");

  private final JsonNode records;
  private final List<Effect> effects = new ArrayList<>();
  private final StatelessServer server;

  CorpServer() throws IOException {
    try (var file = CorpServer.class.getResourceAsStream("/eval/policies/documents.json")) {
      if (file == null) {
        throw new IOException("the records of the firm are not there");
      }
      records = JSON.readTree(file);
    }
    server = new StatelessServer((_, method, params) -> answer(method, params));
  }

  /**
   * A call that reached the server.
   *
   * @param said all that it holds, and for a record that is shared all of that, as one text
   */
  record Effect(String tool, String said) {
    /** Whether a tool was called, and all of these texts are in what it was given. */
    boolean is(String name, List<String> texts) {
      return tool.equals(name) && texts.stream().allMatch(said::contains);
    }
  }

  String url() {
    return server.url(PATH);
  }

  /** The calls that reached it, the first first. */
  synchronized List<Effect> effects() {
    return List.copyOf(effects);
  }

  private Optional<Reply> answer(String method, JsonNode params) {
    return switch (method) {
      case "server/discover" -> Optional.of(StatelessServer.discovered(List.of("tools")));
      case "tools/list" -> Optional.of(StatelessServer.listed("tools", tools()));
      case "tools/call" ->
          Optional.of(Reply.result(called(params.path("name").asText(), params.path("arguments"))));
      default -> Optional.empty();
    };
  }

  private synchronized ObjectNode called(String tool, JsonNode arguments) {
    var said = new ArrayList<String>();
    arguments.forEach(argument -> said.add(argument.asText()));
    if (tool.equals(SHARE)) {
      said.add(record("finance", arguments.path("file").asText()).toString());
    }
    effects.add(new Effect(tool, String.join("\n", said)));
    if (tool.startsWith(SEARCH)) {
      return found(folder(tool, SEARCH), arguments.path("query").asText());
    }
    if (tool.startsWith(READ)) {
      return record(folder(tool, READ), arguments.path("file").asText());
    }
    return structured(NODES.objectNode().put("done", true));
  }

  private static String folder(String tool, String verb) {
    return tool.substring(verb.length());
  }

  private ObjectNode record(String folder, String file) {
    return records.path(folder).get(file) instanceof ObjectNode fields
        ? structured(fields.deepCopy())
        : structured(NODES.objectNode()).put("isError", true);
  }

  private ObjectNode found(String folder, String query) {
    var result = NODES.objectNode();
    var all = result.putArray("found");
    for (var record : records.path(folder).properties()) {
      if (record.getValue().toString().contains(query)) {
        var one = all.addObject().put("file", record.getKey());
        one.put("tenant", record.getValue().path("tenant").asText());
      }
    }
    return structured(result);
  }

  private static ObjectNode structured(ObjectNode content) {
    var result = NODES.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", content.toString());
    result.set("structuredContent", content);
    return result;
  }

  private static List<ObjectNode> tools() {
    var folders =
        FOLDERS.stream()
            .flatMap(folder ->
                Stream.of(
                    tool(SEARCH + folder, List.of("query"), List.of()),
                    tool(READ + folder, List.of("file"), List.of()),
                    tool(CREATE + folder, List.of("file", "content"), List.of("amount"))));
    var others =
        Stream.of(
            tool(MAIL, List.of("to", "subject", "body"), List.of()),
            tool(SHARE, List.of("file", "to"), List.of()));
    return Stream.concat(folders, others).toList();
  }

  private static ObjectNode tool(String name, List<String> texts, List<String> numbers) {
    var tool = NODES.objectNode().put("name", name);
    tool.put("description", name.replace('_', ' '));
    var input = tool.putObject("inputSchema").put("type", "object");
    var properties = input.putObject("properties");
    var required = input.putArray("required");
    texts.forEach(text -> {
      properties.putObject(text).put("type", "string");
      required.add(text);
    });
    numbers.forEach(number -> properties.putObject(number).put("type", "integer"));
    return tool;
  }

  @Override
  public void close() {
    server.close();
  }
}
