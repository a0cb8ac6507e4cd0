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
          "wrong_id",
          "ask_client",
          "decimals",
          "flood",
          "cancelled");

  private static final TestingListeners LISTENERS = new TestingListeners();

  /** What the client of the session can do. A tool, {@code sample}, is listed only by that. */
  private static JsonNode client = JSON.createObjectNode();

  /** What it was told of calls that nobody waits for. */
  private static final ArrayNode GIVEN_UP = JSON.createArrayNode();

  private StdioProgram() {}

  /** The command that runs this, in revisions with sessions. */
  public static List<String> command() {
    return command("sessions");
  }

  /**
   * The command that runs this.
   *
   * @param mode {@code sessions}, {@code stateless}, or {@code silent} for one that says nothing to
   *     what it does not know
   */
  public static List<String> command(String mode) {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xshare:auto",
        "-cp",
        System.getProperty("java.class.path"),
        StdioProgram.class.getName(),
        mode);
  }

  /** Serves until the input ends. */
  public static void main(String[] arguments) throws IOException {
    System.err.println("started");
    boolean stateless = arguments[0].equals("stateless");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (!stateless) {
      LISTENERS.add(StdioProgram::send);
    }
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var message = JSON.readTree(line);
      switch (message.path("method").asText()) {
        case "initialize", "server/discover", "subscriptions/listen" ->
            begin(message, arguments[0]);
        case "resources/subscribe" -> {
          LISTENERS.subscribe(message.at("/params/uri").asText());
          send(TestingMcpServer.response(message, JSON.createObjectNode()));
        }
        case "resources/unsubscribe" -> {
          LISTENERS.unsubscribe(message.at("/params/uri").asText());
          send(TestingMcpServer.response(message, JSON.createObjectNode()));
        }
        case "tools/list" -> list(message);
        case "tools/call" -> call(message, in);
        case "notifications/cancelled" -> GIVEN_UP.add(message.path("params"));
        default -> refuse(message);
      }
    }
  }

  private static void begin(JsonNode message, String mode) throws IOException {
    var method = message.path("method").asText();
    if (mode.equals("stateless") && method.equals("server/discover")) {
      discover(message);
    } else if (mode.equals("stateless") && method.equals("subscriptions/listen")) {
      LISTENERS.add(StdioProgram::send, message);
    } else if (!mode.equals("stateless") && method.equals("initialize")) {
      initialize(message);
    } else if (!mode.equals("silent")) {
      refuse(message);
    }
  }

  private static void refuse(JsonNode message) {
    if (message.has("id") && message.has("method")) {
      send(TestingMcpServer.failure(message, -32601, "no such method"));
    }
  }

  private static void discover(JsonNode request) {
    var result = JSON.createObjectNode().put("resultType", "complete");
    result.putArray("supportedVersions").add("2026-07-28");
    result.putObject("capabilities").putObject("tools");
    send(TestingMcpServer.response(request, result));
  }

  /** Whoever called, on the other side of the lines. */
  private record Caller(BufferedReader in) implements ScriptedTools.Peer {
    @Override
    public void send(JsonNode message) {
      StdioProgram.send(message);
    }

    @Override
    public JsonNode ask(JsonNode id, String method, JsonNode params) throws IOException {
      send(TestingStream.question(id, method, params));
      return JSON.readTree(in.readLine());
    }

    @Override
    public void tellAll(String method, ObjectNode params) {
      LISTENERS.tell(method, params);
    }
  }

  private static void initialize(JsonNode request) {
    client = request.at("/params/capabilities");
    var result = JSON.createObjectNode().put("protocolVersion", "2025-11-25");
    result.putObject("capabilities").putObject("tools");
    result.putObject("serverInfo").put("name", "stdio").put("version", "1");
    send(TestingMcpServer.response(request, result));
  }

  private static void list(JsonNode request) {
    var result = JSON.createObjectNode();
    var list = result.putArray("tools");
    var said = request.at("/params/_meta").path("io.modelcontextprotocol/clientCapabilities");
    if (said.has("sampling") || client.has("sampling")) {
      list.add(TestingMcpServer.definition("sample"));
    }
    ScriptedTools.NAMES.forEach(name -> list.add(TestingMcpServer.definition(name)));
    TOOLS.forEach(name -> list.add(TestingMcpServer.definition(name)));
    send(TestingMcpServer.response(request, result));
  }

  private static void call(JsonNode request, BufferedReader in) throws IOException {
    if (ScriptedTools.call(request, new Caller(in))) {
      return;
    }
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
      case "wrong_id" -> {
        var other = JSON.createObjectNode().put("id", "someone-else");
        send(TestingMcpServer.response(other, text("not yours")));
        send(TestingMcpServer.response(request, text("yours")));
      }
      case "ask_client" -> askClient(request, in);
      case "flood" -> flood();
      case "cancelled" -> send(TestingMcpServer.response(request, text(GIVEN_UP.toString())));
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
