package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An MCP server over standard input and output, in a process of its own. Its tools do what their
 * names say.
 */
public final class StdioProgram {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> TOOLS =
      List.of(
          "echo",
          "environment",
          "die",
          "hang",
          "garbage",
          "noise",
          "giant",
          "progress",
          "wrong_id",
          "ask_client",
          "fail",
          "decimals",
          "flood",
          "cancelled");

  /** What it was told of calls that nobody waits for. */
  private static final ArrayNode GIVEN_UP = JSON.createArrayNode();

  private StdioProgram() {}

  /** The command that runs this. */
  public static List<String> command() {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xshare:auto",
        "-cp",
        System.getProperty("java.class.path"),
        StdioProgram.class.getName());
  }

  /** Serves until the input ends. */
  public static void main(String[] arguments) throws IOException {
    System.err.println("started");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var message = JSON.readTree(line);
      switch (message.path("method").asText()) {
        case "initialize" -> initialize(message);
        case "tools/list" -> list(message);
        case "tools/call" -> call(message, in);
        case "notifications/cancelled" -> GIVEN_UP.add(message.path("params"));
        default -> {
          if (message.has("id") && message.has("method")) {
            send(TestingMcpServer.failure(message, -32601, "no such method"));
          }
        }
      }
    }
  }

  private static void initialize(JsonNode request) {
    var result = JSON.createObjectNode().put("protocolVersion", "2025-11-25");
    result.putObject("capabilities").putObject("tools");
    result.putObject("serverInfo").put("name", "stdio").put("version", "1");
    send(TestingMcpServer.response(request, result));
  }

  private static void list(JsonNode request) {
    var result = JSON.createObjectNode();
    var list = result.putArray("tools");
    TOOLS.forEach(name -> list.add(TestingMcpServer.definition(name)));
    send(TestingMcpServer.response(request, result));
  }

  private static void call(JsonNode request, BufferedReader in) throws IOException {
    var arguments = request.at("/params/arguments");
    switch (request.at("/params/name").asText()) {
      case "echo" -> send(TestingMcpServer.response(request, text(arguments.toString())));
      case "environment" ->
          send(TestingMcpServer.response(request, text(String.valueOf(System.getenv()))));
      case "die" -> Runtime.getRuntime().halt(3);
      case "hang" -> send(TestingMcpServer.progress(request, 1, "hanging"));
      case "garbage" -> print("{\"jsonrpc\": this is not JSON");
      case "noise" -> {
        print("INFO: a line of a log");
        print("");
        send(TestingMcpServer.response(request, text("done")));
      }
      case "giant" -> print("{\"x\":\"" + "x".repeat(3 << 20) + "\"}");
      case "progress" -> {
        send(TestingMcpServer.progress(request, 1, "one"));
        send(TestingMcpServer.progress(request, 2, "two"));
        send(TestingMcpServer.response(request, text("done")));
      }
      case "wrong_id" -> {
        var other = JSON.createObjectNode().put("id", "someone-else");
        send(TestingMcpServer.response(other, text("not yours")));
        send(TestingMcpServer.response(request, text("yours")));
      }
      case "ask_client" -> askClient(request, in);
      case "flood" -> flood();
      case "cancelled" -> send(TestingMcpServer.response(request, text(GIVEN_UP.toString())));
      case "fail" -> send(TestingMcpServer.failure(request, -32000, "it failed"));
      case "decimals" ->
          print(
              "{\"jsonrpc\":\"2.0\",\"id\":"
                  + request.path("id")
                  + ",\"result\":{\"content\":[],\"structuredContent\":{\"price\":2.50,"
                  + "\"big\":123456789012345678901234567890}}}");
      default -> send(TestingMcpServer.failure(request, -32602, "no such tool"));
    }
  }

  /** Until nobody reads any more. */
  private static void flood() {
    var told = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", "notifications/message");
    while (!System.out.checkError()) {
      System.out.println(told);
    }
  }

  private static void askClient(JsonNode request, BufferedReader in) throws IOException {
    var question =
        JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 77).put("method", "roots/list");
    send(question);
    send(question.deepCopy().put("id", "p").put("method", "ping"));
    send(TestingMcpServer.response(request, text(in.readLine() + "\n" + in.readLine())));
  }

  private static ObjectNode text(String text) {
    var result = JSON.createObjectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  private static void send(JsonNode message) {
    print(message.toString());
  }

  private static void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
