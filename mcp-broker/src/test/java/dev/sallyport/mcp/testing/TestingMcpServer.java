package dev.sallyport.mcp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** An MCP server over HTTP that a test writes. Thread-safe. */
public final class TestingMcpServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PAGE = 2;

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Era era;
  private final Map<String, Tool> tools = new ConcurrentSkipListMap<>();
  private final Map<String, CallScript> scripts = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<String> sessions = ConcurrentHashMap.newKeySet();
  private final Map<JsonNode, CompletableFuture<JsonNode>> questions = new ConcurrentHashMap<>();
  private final TestingListeners listeners = new TestingListeners();
  private volatile CallScript streams = (_, exchange, request) -> listen(exchange, request);
  private volatile ObjectNode capabilities =
      JSON.createObjectNode().set("tools", JSON.createObjectNode());

  private TestingMcpServer(Era era) {
    this.era = era;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    server.createContext("/mcp", this::handle);
    server.start();
  }

  /** Which revisions the server speaks: up to 2025-11-25 in sessions, from 2026-07-28 without. */
  public enum Era {
    SESSIONS,
    STATELESS
  }

  /** A request as it came in. */
  public record Seen(String httpMethod, Map<String, List<String>> headers, JsonNode body) {
    public String method() {
      return body.path("method").asText();
    }

    /** Everything of it in one text, for searches. */
    public String all() {
      return httpMethod + " " + headers + " " + body;
    }

    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of("")).getFirst();
    }
  }

  /** Answers a call in the test's own way. */
  @FunctionalInterface
  public interface CallScript {
    void answer(TestingMcpServer server, HttpExchange exchange, JsonNode request)
        throws IOException;
  }

  private record Tool(ObjectNode definition, UnaryOperator<ObjectNode> behaviour) {}

  public static TestingMcpServer speaking(Era era) {
    return new TestingMcpServer(era);
  }

  /** Gives the server a tool, in the place of one of the same name. */
  public TestingMcpServer with(ObjectNode definition, UnaryOperator<ObjectNode> behaviour) {
    tools.put(definition.path("name").asText(), new Tool(definition, behaviour));
    return this;
  }

  /** Gives the server a tool that takes anything and gives back its arguments. */
  public TestingMcpServer withEcho(String name) {
    return with(
        definition(name),
        arguments -> {
          var result = JSON.createObjectNode();
          result.putArray("content").addObject().put("type", "text").put("text", "" + arguments);
          return result.set("structuredContent", arguments);
        });
  }

  /** A definition with nothing but what it needs. */
  public static ObjectNode definition(String name) {
    var definition = JSON.createObjectNode().put("name", name).put("description", "Does " + name);
    definition.putObject("inputSchema").put("type", "object");
    return definition;
  }

  /** Has the server say that it can do that, too. */
  public TestingMcpServer able(String capability, ObjectNode how) {
    capabilities = capabilities.deepCopy().set(capability, how);
    return this;
  }

  /** Gives the server the tools that do what their names say. */
  public TestingMcpServer withScriptedTools() {
    ScriptedTools.NAMES.forEach(this::withEcho);
    answerCalls(TestingMcpServer::answerByScript);
    return this;
  }

  private void answerByScript(HttpExchange exchange, JsonNode request) throws IOException {
    if (!ScriptedTools.NAMES.contains(request.at("/params/name").asText())) {
      answerByTool(exchange, request);
      return;
    }
    try (var stream = new TestingStream(this, exchange)) {
      ScriptedTools.call(request, stream);
    }
  }

  /** Nothing is told between the head of the answer and the beginning to listen. */
  private void listen(HttpExchange exchange, JsonNode request) throws IOException {
    synchronized (listeners) {
      var stream = new TestingStream(this, exchange);
      if (request.has("id")) {
        listeners.add(stream::send, request);
      } else {
        listeners.add(stream::send);
      }
    }
  }

  /** From now on, those who want to watch are answered so. */
  public void answerStreams(CallScript how) {
    streams = how;
  }

  /** Those who watch. */
  public TestingListeners listeners() {
    return listeners;
  }

  /** What the client will say to a question of that id, once it has. */
  CompletableFuture<JsonNode> answerTo(JsonNode id) {
    return questions.computeIfAbsent(id, _ -> new CompletableFuture<>());
  }

  /** The sessions that are not ended. */
  public Set<String> sessions() {
    return Set.copyOf(sessions);
  }

  public void remove(String tool) {
    tools.remove(tool);
  }

  /** From now on, calls are answered so. */
  public void answerCalls(CallScript how) {
    scripts.put("tools/call", how);
  }

  /** From now on, requests of a method are answered so. */
  public TestingMcpServer answer(String method, CallScript how) {
    scripts.put(method, how);
    return this;
  }

  /** Ends all sessions without telling anyone. */
  public void forgetSessions() {
    sessions.clear();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
  }

  /** Every request, in order. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** Every request of a method, in order. */
  public List<Seen> seen(String method) {
    return seen.stream().filter(request -> request.method().equals(method)).toList();
  }

  /** Waits until there were so many requests of a method; false if they do not come. */
  public boolean awaitSeen(String method, int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    synchronized (seen) {
      while (seen(method).size() < count) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(seen, left);
      }
      return true;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  /** Answers as the named tool does. */
  public void answerByTool(HttpExchange exchange, JsonNode request) throws IOException {
    var tool = tools.get(request.at("/params/name").asText());
    if (tool == null) {
      send(exchange, 200, failure(request, -32602, "no such tool"));
      return;
    }
    var arguments =
        request.at("/params/arguments") instanceof ObjectNode object
            ? object
            : JSON.createObjectNode();
    send(exchange, 200, response(request, tool.behaviour().apply(arguments)));
  }

  /** The answer to a request. */
  public static ObjectNode response(JsonNode request, ObjectNode result) {
    return RpcMessage.response(request.path("id"), result);
  }

  /** The error that answers a request. */
  public static ObjectNode failure(JsonNode request, int code, String message) {
    return RpcMessage.failure(request.path("id"), RpcError.of(code, message));
  }

  /** A progress notification for a request. */
  public static ObjectNode progress(JsonNode request, int progress, String message) {
    var params = JSON.createObjectNode();
    params.set("progressToken", request.at("/params/_meta/progressToken"));
    params.put("progress", progress).put("total", 3).put("message", message);
    return RpcMessage.notification("notifications/progress", params);
  }

  public static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    sendRaw(exchange, status, "application/json", body.toString());
  }

  public static void sendRaw(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Sends messages as a stream, in writes of so many bytes. */
  public static void stream(HttpExchange exchange, int bytesAWrite, JsonNode... messages)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (var out = exchange.getResponseBody()) {
      for (var message : messages) {
        var bytes =
            ("event: message\r\nid: 1\r\ndata: " + message + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i += bytesAWrite) {
          out.write(bytes, i, Math.min(bytesAWrite, bytes.length - i));
          out.flush();
        }
      }
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    var bytes = exchange.getRequestBody().readAllBytes();
    var body = bytes.length == 0 ? JSON.missingNode() : JSON.readTree(bytes);
    var headers = new TreeMap<String, List<String>>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    synchronized (seen) {
      seen.add(new Seen(exchange.getRequestMethod(), headers, body));
      seen.notifyAll();
    }
    if (era == Era.SESSIONS) {
      inSession(exchange, body);
    } else {
      stateless(exchange, body);
    }
  }

  private void inSession(HttpExchange exchange, JsonNode body) throws IOException {
    var method = body.path("method").asText();
    if (method.equals("initialize")) {
      CallScript usual = (_, to, request) -> begin(to, request, capabilities);
      scripts.getOrDefault(method, usual).answer(this, exchange, body);
      return;
    }
    var session = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
    if (session == null) {
      sendRaw(exchange, 400, "text/plain", "no session");
    } else if (!sessions.contains(session)) {
      sendRaw(exchange, 404, "text/plain", "no such session");
    } else if (exchange.getRequestMethod().equals("GET")) {
      streams.answer(this, exchange, body);
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      sessions.remove(session);
      sendRaw(exchange, 200, "text/plain", "");
    } else {
      answer(exchange, body, method);
    }
  }

  /** Begins a session and says what can be done in it. */
  public void begin(HttpExchange exchange, JsonNode body, ObjectNode able) throws IOException {
    var id = UUID.randomUUID().toString();
    sessions.add(id);
    exchange.getResponseHeaders().set("Mcp-Session-Id", id);
    var result = JSON.createObjectNode().put("protocolVersion", "2025-11-25");
    result.set("capabilities", able);
    result.putObject("serverInfo").put("name", "testing").put("version", "1");
    send(exchange, 200, response(body, result));
  }

  private void stateless(HttpExchange exchange, JsonNode body) throws IOException {
    var method = body.path("method").asText();
    if (method.equals("server/discover")) {
      var result = JSON.createObjectNode();
      result.putArray("supportedVersions").add("2026-07-28");
      result.set("capabilities", capabilities);
      send(exchange, 200, response(body, result.put("resultType", "complete")));
    } else {
      answer(exchange, body, method);
    }
  }

  private void answer(HttpExchange exchange, JsonNode body, String method) throws IOException {
    var own = scripts.get(method);
    if (own != null) {
      own.answer(this, exchange, body);
      return;
    }
    switch (method) {
      case "tools/list" -> {
        var result = JSON.createObjectNode();
        int from = body.at("/params/cursor").asInt();
        var page = tools.values().stream().skip(from).limit(PAGE).map(Tool::definition).toList();
        result.putArray("tools").addAll(page);
        if (tools.size() > from + PAGE) {
          result.put("nextCursor", String.valueOf(from + PAGE));
        }
        send(exchange, 200, response(body, result));
      }
      case "tools/call" -> answerByTool(exchange, body);
      case "subscriptions/listen" -> {
        if (era == Era.STATELESS) {
          streams.answer(this, exchange, body);
        } else {
          send(exchange, 404, failure(body, -32601, "no such method"));
        }
      }
      case "resources/subscribe" -> {
        listeners.subscribe(body.at("/params/uri").asText());
        send(exchange, 200, response(body, JSON.createObjectNode()));
      }
      case "logging/setLevel" -> send(exchange, 200, response(body, JSON.createObjectNode()));
      case "" -> {
        answerTo(body.path("id")).complete(body);
        sendRaw(exchange, 202, "text/plain", "");
      }
      default -> {
        if (body.has("id")) {
          send(exchange, 404, failure(body, -32601, "no such method"));
        } else {
          sendRaw(exchange, 202, "text/plain", "");
        }
      }
    }
  }
}
