package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.List;

/** Tools that do what their names say, over whatever carries the messages. */
public final class ScriptedTools {
  /** Their names. */
  public static final List<String> NAMES =
      List.of("progress", "ask", "log", "change_list", "update", "input", "fail", "extra", "say");

  private static final JsonMapper JSON = new JsonMapper();

  private ScriptedTools() {}

  /** Whoever called. */
  public interface Peer {
    /** Sends a message that belongs to the call. */
    void send(JsonNode message) throws IOException;

    /** Asks, and waits for the message that answers. */
    JsonNode ask(JsonNode id, String method, JsonNode params) throws IOException;

    /** Tells all who watch. */
    void tellAll(String method, ObjectNode params) throws IOException;
  }

  /** Answers a call; false if there is no such tool. */
  public static boolean call(JsonNode request, Peer peer) throws IOException {
    var arguments = request.at("/params/arguments");
    var result = JSON.createObjectNode().put("resultType", "complete");
    result.putArray("content").addObject().put("type", "text").put("text", "done");
    switch (request.at("/params/name").asText()) {
      case "progress" -> {
        peer.send(TestingMcpServer.progress(request, 1, "one"));
        peer.send(TestingMcpServer.progress(request, 2, "two"));
      }
      case "ask" -> {
        var id = TextNode.valueOf("question " + request.path("id"));
        var said = peer.ask(id, arguments.path("method").asText(), arguments.path("params"));
        result.set("said", said);
      }
      case "log" -> {
        var params = JSON.createObjectNode().put("level", "info").put("data", "hello");
        peer.send(TestingStream.notification("notifications/message", params));
      }
      case "say" ->
          peer.send(
              TestingStream.notification(
                  arguments.path("method").asText(), arguments.path("params")));
      case "change_list" ->
          peer.tellAll("notifications/tools/list_changed", JSON.createObjectNode());
      case "update" ->
          peer.tellAll(
              "notifications/resources/updated",
              JSON.createObjectNode().put("uri", arguments.path("uri").asText()).put("more", 1));
      case "input" -> {
        result.put("resultType", "input_required").put("requestState", "opaque");
        var asked = result.putObject("inputRequests").putObject("first");
        asked.put("method", "elicitation/create").putObject("params").put("message", "Sure?");
      }
      case "fail" -> {
        peer.send(TestingMcpServer.failure(request, -32000, "it failed"));
        return true;
      }
      case "extra" -> result.putObject("structuredContent").putNull("unknown").put("more", true);
      default -> {
        return false;
      }
    }
    peer.send(TestingMcpServer.response(request, result));
    return true;
  }
}
