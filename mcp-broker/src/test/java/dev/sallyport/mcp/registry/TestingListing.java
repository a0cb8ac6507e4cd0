package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that lists whatever a test says, of every kind, and does nothing else. Thread-safe. */
final class TestingListing implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();
  private static final int PAGE = 1_000;

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile ObjectNode lists = JSON.createObjectNode();
  private volatile boolean failing;

  TestingListing() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
  }

  URI url() {
    return url("/mcp");
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** Lists all this from now on: {@code tools}, {@code prompts}, {@code instructions} and so on. */
  void lists(ObjectNode all) {
    lists = all.deepCopy();
  }

  /** Answers nothing well from now on, or does again. */
  void fails(boolean now) {
    failing = now;
  }

  /** How often its tools were asked for. */
  int looks() {
    return looks.get();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    var request = JSON.readTree(exchange.getRequestBody());
    var answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", request.path("id"));
    answer.set("result", result(request));
    if (failing) {
      exchange.sendResponseHeaders(500, -1);
      exchange.close();
      return;
    }
    var bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private ObjectNode result(JsonNode request) {
    var result = JSON.createObjectNode().put("resultType", "complete");
    var all = lists;
    switch (request.path("method").asText()) {
      case "server/discover" -> {
        result.putArray("supportedVersions").add("2026-07-28");
        var capabilities = result.putObject("capabilities");
        capabilities.putObject("tools");
        capabilities.putObject("prompts");
        capabilities.putObject("resources");
        if (all.has("instructions")) {
          result.set("instructions", all.get("instructions"));
        }
      }
      case "tools/list" -> {
        looks.incrementAndGet();
        page(request, all, "tools", result);
      }
      case "prompts/list" -> page(request, all, "prompts", result);
      case "resources/list" -> page(request, all, "resources", result);
      case "resources/templates/list" -> page(request, all, "resourceTemplates", result);
      default -> {}
    }
    return result;
  }

  private static void page(JsonNode request, ObjectNode all, String member, ObjectNode result) {
    ArrayNode list = result.putArray(member);
    int from = request.at("/params/cursor").asInt();
    var items = all.path(member);
    for (int i = from; i < Math.min(items.size(), from + PAGE); i++) {
      list.add(items.get(i));
    }
    if (items.size() > from + PAGE) {
      result.put("nextCursor", String.valueOf(from + PAGE));
    }
  }
}
