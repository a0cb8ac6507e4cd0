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
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A turn of an agent at the gateway's MCP door, begun with its first call. For one thread. */
final class AgentTurn {
  private static final String REVISION = "2026-07-28";
  private static final String TURN = "Sallyport-Turn";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final JsonMapper JSON = new JsonMapper();

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

  /** What came back: a result, or the refusal of the gateway. */
  record Answer(boolean isResult, JsonNode seen) {
    /** Whether the gateway refused the call, rather than the tool failed. */
    boolean isRefusal() {
      return !isResult || seen.path("structuredContent").has("callId");
    }
  }

  /** Calls a tool. */
  Answer call(Call call) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .header("MCP-Protocol-Version", REVISION)
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", call.tool())
            .header(TURN, turn)
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body(call))))
            .build();
    var response = http.send(request, BodyHandlers.ofByteArray());
    turn = response.headers().firstValue(TURN).orElse(turn);
    var body = JSON.readTree(response.body());
    return body.has("result")
        ? new Answer(true, withoutOwn(body.get("result")))
        : new Answer(false, body);
  }

  private ObjectNode body(Call call) {
    var body = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("id", 1);
    var params = body.put("method", "tools/call").putObject("params");
    params.put("name", call.tool()).set("arguments", call.arguments());
    var meta = params.putObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", REVISION);
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    meta.put(CorpusServer.SCENE, scene);
    return body;
  }

  /** A result without what the gateway itself says beside it, which differs from turn to turn. */
  private static JsonNode withoutOwn(JsonNode result) {
    if (result.get("_meta") instanceof ObjectNode meta) {
      meta.remove("dev.sallyport/turn");
      meta.remove("io.modelcontextprotocol/serverInfo");
    }
    return result;
  }
}
