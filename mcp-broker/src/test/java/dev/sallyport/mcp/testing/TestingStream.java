package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A stream of messages with which a server answers one request. For one thread. */
public final class TestingStream implements AutoCloseable, ScriptedTools.Peer {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_SECONDS = 20;

  private final TestingMcpServer server;
  private final OutputStream out;

  /** Begins to answer. */
  public TestingStream(TestingMcpServer server, HttpExchange exchange) throws IOException {
    this.server = server;
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    out = exchange.getResponseBody();
    out.flush();
  }

  @Override
  public void tellAll(String method, ObjectNode params) {
    server.listeners().tell(method, params);
  }

  @Override
  public void send(JsonNode message) throws IOException {
    raw("data: " + message + "\n\n");
  }

  /** Sends a message as an event of that id. */
  public void send(String id, JsonNode message) throws IOException {
    raw("id: " + id + "\ndata: " + message + "\n\n");
  }

  /** Sends text as it is. */
  public void raw(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public JsonNode ask(JsonNode id, String method, JsonNode params) throws IOException {
    send(question(id, method, params));
    try {
      return server.answerTo(id).get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    }
  }

  /** A request of a server. */
  public static ObjectNode question(JsonNode id, String method, JsonNode params) {
    var question = notification(method, params);
    question.set("id", id);
    return question;
  }

  /** A notification of a server. */
  public static ObjectNode notification(String method, JsonNode params) {
    var message = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", method);
    message.set("params", params);
    return message;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
