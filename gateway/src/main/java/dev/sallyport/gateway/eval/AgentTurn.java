package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.eval.Corpus.Call;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A turn of an agent at the gateway's MCP door, begun with its first call. For one thread. */
final class AgentTurn {
  private static final String REVISION = "2026-07-28";
  private static final String TURN = "Sallyport-Turn";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String EVENTS = "text/event-stream";
  private static final String DATA = "data:";
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final HttpClient http;
  private final URI server;
  private final String token;
  private final String scene;
  private String turn = "new";

  /**
   * A turn.
   *
   * @param server the path of one server at the gateway
   * @param scene where the calls play
   */
  AgentTurn(HttpClient http, URI server, String token, String scene) {
    this.http = http;
    this.server = server;
    this.token = token;
    this.scene = scene;
  }

  /** The turn, once the gateway has named it. */
  String turn() {
    return turn;
  }

  /** The same agent, who says that it is in another turn; of none if that is empty. */
  AgentTurn in(String other) {
    var same = new AgentTurn(http, server, token, scene);
    same.turn = other;
    return same;
  }

  /** What came back: a result, or the refusal of the gateway. */
  record Answer(boolean isResult, JsonNode seen) {
    /** What is told in the form of data. */
    JsonNode told() {
      return seen.path("structuredContent");
    }

    /** By which code the gateway refused the call; empty if it did not. */
    String code() {
      var code = isResult ? told().path("code") : seen.at("/error/data/code");
      return code.asText(seen.path("code").asText());
    }

    /** Whether the gateway refused the call, rather than the tool failed. */
    boolean isRefusal() {
      return !isResult || seen.path("structuredContent").has("callId");
    }
  }

  /** The same turn, to be gone on with at another path of the gateway. */
  AgentTurn at(URI other) {
    var same = new AgentTurn(http, other, token, scene);
    same.turn = turn;
    return same;
  }

  /** What the gateway knows it by. */
  String id() {
    return turn;
  }

  /** Calls a tool. */
  Answer call(Call call) throws IOException, InterruptedException {
    var params = NODES.objectNode().put("name", call.tool());
    params.set("arguments", call.arguments());
    return ask("tools/call", call.tool(), params, new ArrayList<>());
  }

  /**
   * Asks for anything.
   *
   * @param name what the request is about
   * @param before takes the notifications that came before the answer
   */
  Answer ask(String method, String name, ObjectNode params, List<JsonNode> before)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", REVISION)
            .header("Mcp-Method", method)
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body(method, params))));
    if (!turn.isEmpty()) {
      request.header(TURN, turn);
    }
    if (!name.isEmpty()) {
      request.header("Mcp-Name", name);
    }
    var response = http.send(request.build(), BodyHandlers.ofString());
    turn = response.headers().firstValue(TURN).orElse(turn);
    for (var message : messages(response)) {
      if (message.has("result")) {
        return new Answer(true, withoutOwn(message.get("result")));
      }
      if (message.has("error") || message.has("id") || message.has("code")) {
        return new Answer(false, message);
      }
      before.add(message);
    }
    throw new IOException("the gateway did not answer a request");
  }

  private static List<JsonNode> messages(HttpResponse<String> response) throws IOException {
    var messages = new ArrayList<JsonNode>();
    if (!response.headers().firstValue("Content-Type").orElse("").startsWith(EVENTS)) {
      messages.add(JSON.readTree(response.body()));
      return messages;
    }
    for (var line : response.body().lines().filter(line -> line.startsWith(DATA)).toList()) {
      if (line.length() > DATA.length() + 1) {
        messages.add(JSON.readTree(line.substring(DATA.length())));
      }
    }
    return messages;
  }

  private ObjectNode body(String method, ObjectNode params) {
    var body = NODES.objectNode().put("jsonrpc", "2.0").put("id", 1);
    body.put("method", method).set("params", params);
    var meta = params.putObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", REVISION);
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    meta.put("io.modelcontextprotocol/logLevel", "debug").put("progressToken", 1);
    meta.put(CorpusServer.SCENE, scene);
    return body;
  }

  /** A result without what the gateway itself says beside it, which differs from turn to turn. */
  private static JsonNode withoutOwn(JsonNode result) {
    if (result.get("_meta") instanceof ObjectNode meta) {
      meta.remove("dev.sallyport/turn");
      meta.remove("io.modelcontextprotocol/serverInfo");
      if (meta.get("dev.sallyport/quarantine") instanceof ObjectNode own) {
        own.remove("result");
      }
    }
    return result;
  }
}
