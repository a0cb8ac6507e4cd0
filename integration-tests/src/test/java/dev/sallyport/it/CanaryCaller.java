package dev.sallyport.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Sends requests as they are written, and keeps every byte that is answered. */
final class CanaryCaller {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final Pattern SESSION = Pattern.compile("(?i)mcp-session-id: (\\S+)");

  private final URI address;
  private final List<String> headers;
  private final CanarySearch search;

  /**
   * A caller of one listener.
   *
   * @param headers what every request carries
   */
  CanaryCaller(URI address, List<String> headers, CanarySearch search) {
    this.address = address;
    this.headers = List.copyOf(headers);
    this.search = search;
  }

  /** Posts JSON. */
  String post(String target, String json, String... more) throws IOException {
    var all = new ArrayList<>(headers);
    all.add("Content-Type: application/json");
    all.add("Accept: application/json, text/event-stream");
    all.addAll(List.of(more));
    return send("POST", target, all, json);
  }

  /** Puts JSON. */
  String put(String target, String json) throws IOException {
    var all = new ArrayList<>(headers);
    all.add("Content-Type: application/json");
    return send("PUT", target, all, json);
  }

  String get(String target) throws IOException {
    return send("GET", target, headers, "");
  }

  /** Sends what need not be a good request, and reads until the other side is done. */
  String send(String method, String target, List<String> fields, String body) throws IOException {
    var content = body.getBytes(StandardCharsets.UTF_8);
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: " + address.getAuthority() + "\r\nConnection: close\r\n");
    fields.forEach(field -> head.append(field).append("\r\n"));
    head.append("Content-Length: " + content.length + "\r\n\r\n");
    var answer = new ByteArrayOutputStream();
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(content);
      socket.getOutputStream().flush();
      socket.shutdownOutput(); // nothing more comes, so the connection ends with the answer
      socket.getInputStream().transferTo(answer);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no end of an answer: " + method + " " + target + ": " + answer, e);
    }
    var request = body.length() > 200 ? body.substring(0, 200) : body;
    search.keep("answer to " + method + " " + target + " " + request, answer.toByteArray());
    return answer.toString(StandardCharsets.ISO_8859_1);
  }

  /** Calls a tool by the stateless revision. */
  String call(String target, String tool) throws IOException {
    return stateless(
        target, "tools/call", "\"name\":\"%s\",\"arguments\":{},".formatted(tool), tool);
  }

  /** A request by the stateless revision. */
  String stateless(String target, String method, String params, String name) throws IOException {
    var body =
        """
        {"jsonrpc": "2.0", "id": 1, "method": "%s", "params": {%s "_meta": {
          "progressToken": "p", "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
          "io.modelcontextprotocol/clientCapabilities": {}}}}
        """
            .formatted(method, params);
    return post(
        target,
        body,
        "MCP-Protocol-Version: 2026-07-28",
        "Mcp-Method: " + method,
        name.isEmpty() ? "X-None: none" : "Mcp-Name: " + name);
  }

  /** Sends requests that cannot be right, and hold a text wherever a request can hold one. */
  void nonsense(String text) throws IOException {
    var encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
    for (var path : List.of("/mcp", "/v1/chat/completions", "/v1/responses", "/admin/apply")) {
      send("POST", path, headers, text);
      post(path, "{\"model\": \"" + text);
      post(path, "{\"x\": 1, \"x\": \"" + encoded + "\"}");
      post(path, "[\"" + encoded + "\"]");
      post(path + "?key=" + encoded, "{}");
      post(path + "/" + encoded, "{}");
      post(path, "{}", "Authorization: Bearer " + text);
      post(path, "{}", "X-Api-Key: " + text, "Cookie: key=" + text);
      post(path, "{}", "Origin: " + text);
      post(path, "{}", "Mcp-Session-Id: " + text, "MCP-Protocol-Version: " + text);
      post(path, "{}", "Sallyport-Turn: " + text, "Mcp-Method: " + text, "Mcp-Name: " + text);
    }
    for (var scheme : List.of("Bearer ", "Basic ", "")) {
      send("GET", "/v1/models", List.of("Authorization: " + scheme + text), "");
      send("GET", "/admin/status", List.of("Authorization: " + scheme + text), "");
    }
    send("GET", "/" + encoded, headers, "");
    send("GET", "/" + text.replace("%", ""), headers, "");
    send("GET", "/v1/models", List.of("Host: " + text), "");
    send("GET", "/v1/models", List.of(text.replace("=", ":"), text), "");
    send(text, "/v1/models", headers, "");
  }

  /** Lists and calls tools in a session. */
  void inSession(String target, List<String> tools) throws IOException {
    var begun =
        post(
            target,
            """
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
              "protocolVersion": "2025-11-25", "capabilities": {},
              "clientInfo": {"name": "test", "version": "1"}}}
            """);
    var matcher = SESSION.matcher(begun);
    if (!matcher.find()) {
      throw new AssertionError("no session: " + begun);
    }
    var session = "Mcp-Session-Id: " + matcher.group(1);
    post(target, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", session);
    post(target, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}", session);
    for (var tool : tools) {
      post(
          target,
          """
          {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {
            "name": "%s", "arguments": {}, "_meta": {"progressToken": "p"}}}
          """
              .formatted(tool),
          session);
    }
  }
}
