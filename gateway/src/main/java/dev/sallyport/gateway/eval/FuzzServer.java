package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.StatelessServer.Reply;
import java.util.List;
import java.util.Optional;

/**
 * An MCP server in the hands of an attacker: whatever it is asked, it answers with a case, of which
 * the caller's scene says the seed; a broken one if that is less than zero. Thread-safe.
 */
final class FuzzServer implements AutoCloseable {
  static final String TOOL = "look_up";
  static final String PROMPT = "brief";
  static final String RESOURCE = "https://files.example/report";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final StatelessServer server =
      new StatelessServer((_, method, params) -> answer(method, params));

  String url() {
    return server.url("fuzz");
  }

  private static Optional<Reply> answer(String method, JsonNode params) {
    return switch (method) {
      case "server/discover" ->
          Optional.of(
              StatelessServer.discovered(
                  List.of("tools", "prompts", "resources", "completions", "logging")));
      case "tools/list" -> Optional.of(StatelessServer.listed("tools", List.of(tool())));
      case "prompts/list" -> Optional.of(StatelessServer.listed("prompts", List.of(prompt())));
      case "resources/list" ->
          Optional.of(
              StatelessServer.listed(
                  "resources",
                  List.of(NODES.objectNode().put("uri", RESOURCE).put("name", "report"))));
      case "resources/templates/list" ->
          Optional.of(StatelessServer.listed("resourceTemplates", List.of()));
      case "tools/call", "prompts/get", "resources/read", "completion/complete" ->
          Optional.of(attack(method, params));
      default -> Optional.empty();
    };
  }

  private static ObjectNode tool() {
    var tool = NODES.objectNode().put("name", TOOL).put("description", "Looks something up.");
    tool.putObject("inputSchema").put("type", "object");
    var properties = tool.putObject("outputSchema").put("type", "object").putObject("properties");
    FuzzCases.APPROVED.forEach(properties::putObject);
    return tool;
  }

  private static ObjectNode prompt() {
    var prompt = NODES.objectNode().put("name", PROMPT).put("description", "Begins a report.");
    prompt.putArray("arguments").addObject().put("name", "about");
    return prompt;
  }

  private static Reply attack(String method, JsonNode params) {
    long seed = params.path("_meta").path(CorpusServer.SCENE).asLong();
    var cases = new FuzzCases(Math.abs(seed), 0, seed < 0);
    if (seed % 7 == 0) {
      return new Reply(false, cases.error(), List.of());
    }
    var result = cases.result();
    var written = result.path("content");
    return switch (method) {
      case "prompts/get" -> {
        var answer = NODES.objectNode().set("_meta", result);
        var message = ((ObjectNode) answer).putArray("messages").addObject().put("role", "user");
        message.set("content", written.isEmpty() ? text(cases) : written.get(0));
        yield Reply.result((ObjectNode) answer);
      }
      case "resources/read" -> {
        var answer = NODES.objectNode();
        var content = answer.putArray("contents").addObject().put("uri", RESOURCE);
        content.put("mimeType", "text/plain").put("text", written.toString());
        yield Reply.result(answer);
      }
      case "completion/complete" -> {
        var answer = NODES.objectNode();
        answer.putObject("completion").putArray("values").add(written.toString());
        yield Reply.result(answer);
      }
      default -> {
        var token = params.path("_meta").path("progressToken");
        var before =
            seed % 3 == 0
                ? List.of(cases.notification(token), cases.notification(token))
                : List.<ObjectNode>of();
        yield new Reply(true, result, before);
      }
    };
  }

  private static ObjectNode text(FuzzCases cases) {
    return NODES.objectNode().put("type", "text").put("text", cases.error().toString());
  }

  @Override
  public void close() {
    server.close();
  }
}
