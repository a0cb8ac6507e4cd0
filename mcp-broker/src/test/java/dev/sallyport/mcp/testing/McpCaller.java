package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sends MCP over HTTP, right or wrong, as a test says. */
public final class McpCaller {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI uri;
  private final String token;

  public McpCaller(URI uri, String token) {
    this.uri = uri;
    this.token = token;
  }

  /** An answer. */
  public record Answer(int status, HttpResponse<String> response) {
    /** Its body, or the last message of its stream. */
    public JsonNode json() {
      return messages().getLast();
    }

    /** All messages. */
    public List<JsonNode> messages() {
      try {
        var type = response.headers().firstValue("Content-Type").orElse("");
        if (!type.startsWith("text/event-stream")) {
          return List.of(JSON.readTree(response.body()));
        }
        var messages = new ArrayList<JsonNode>();
        for (var line : response.body().split("\n", -1)) {
          if (line.startsWith("data: ") && line.length() > "data: ".length()) {
            messages.add(JSON.readTree(line.substring(6)));
          }
        }
        return messages;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /** Calls a tool on the stateless wire. */
  public Answer call(String tool, ObjectNode arguments) {
    var params = JSON.createObjectNode().put("name", tool);
    params.set("arguments", arguments);
    return stateless("tools/call", params, Map.of("Mcp-Name", tool));
  }

  /** Sends a request on the stateless wire. */
  public Answer stateless(String method, ObjectNode params) {
    return stateless(method, params, Map.of());
  }

  /** Sends a request on the stateless wire, with more headers or others. */
  public Answer stateless(String method, ObjectNode params, Map<String, String> headers) {
    var meta = params.withObjectProperty("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.putObject("io.modelcontextprotocol/clientCapabilities");
    var all = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    all.put("MCP-Protocol-Version", "2026-07-28");
    all.put("Mcp-Method", method);
    all.putAll(headers);
    return post(request(method, params).toString(), all);
  }

  public static ObjectNode request(String method, ObjectNode params) {
    var request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1).put("method", method);
    request.set("params", params);
    return request;
  }

  /** Sends a body as it is. */
  public Answer post(String body, Map<String, String> headers) {
    return send("POST", body, headers);
  }

  /** Sends a request whose answer is read as it comes. */
  public McpStream open(String method, String body, Map<String, String> headers) {
    try {
      var response = HTTP.send(request(method, body, headers), BodyHandlers.ofInputStream());
      return new McpStream(response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest request(String method, String body, Map<String, String> headers) {
    var all = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    all.put("Authorization", "Bearer " + token);
    all.put("Accept", "application/json, text/event-stream");
    all.put("Content-Type", "application/json");
    all.putAll(headers);
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    all.forEach(request::setHeader);
    return request.build();
  }

  public Answer send(String method, String body, Map<String, String> headers) {
    try {
      var response = HTTP.send(request(method, body, headers), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
