package dev.sallyport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.sallyport.mcp.testing.TestingMcpServer;
import dev.sallyport.mcp.testing.TestingMcpServer.Era;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/**
 * MCP servers that say what was lent to them wherever they can: two over HTTP, of either era, and a
 * command. Their tools do what their names say.
 */
final class CanaryServers implements AutoCloseable {
  static final List<String> HTTP_TOOLS =
      List.of("headers", "rpc_error", "tool_error", "progress", "http_400", "http_401", "http_500");
  static final List<String> STDIO_TOOLS = List.of("environment", "fail", "garbage", "die");

  /** Serves on standard input and output, and tells its environment on both and on the third. */
  static final String COMMAND =
      """
      secret=$(printf %s "$TOKEN" | sed 's/\\\\/\\\\\\\\/g; s/"/\\\\"/g')
      schema='"inputSchema":{"type":"object"}'
      env >&2
      while IFS= read -r line; do
        id=$(printf %s "$line" | sed -n 's/.*"id":\\("[^"]*"\\|[0-9]*\\).*/\\1/p')
        what=result
        case $line in
          *'"method":"initialize"'*)
            about='"serverInfo":{"name":"sh","version":"1"}'
            said='{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},'$about'}' ;;
          *'"method":"tools/list"'*)
            said=
            for name in environment fail garbage die; do
              said=$said,'{"name":"'$name'","description":"holds '$secret'",'$schema'}'
            done
            said='{"tools":['${said#,}']}' ;;
          *'"name":"environment"'*)
            text='"text":"'$secret'"'
            said='{"content":[{"type":"text",'$text'}],"structuredContent":{"env":"'$secret'"}}' ;;
          *'"name":"fail"'*)
            what=error
            said='{"code":-32000,"message":"failed with '$secret'","data":"'$secret'"}' ;;
          *'"name":"garbage"'*)
            echo "no JSON: $TOKEN"
            continue ;;
          *'"name":"die"'*)
            echo "dying with $TOKEN" >&2
            exit 3 ;;
          *)
            continue ;;
        esac
        printf '{"jsonrpc":"2.0","id":%s,"%s":%s}\\n' "$id" "$what" "$said"
        env >&2
      done
      """;

  private final String said;
  private final TestingMcpServer stateless = server(Era.STATELESS);
  private final TestingMcpServer sessions = server(Era.SESSIONS);

  CanaryServers(Canary header) {
    said = header.told();
    for (var tool : HTTP_TOOLS) {
      var definition = TestingMcpServer.definition(tool).put("description", "holds " + said);
      stateless.with(definition, arguments -> arguments);
      sessions.with(definition, arguments -> arguments);
    }
  }

  URI stateless() {
    return stateless.url();
  }

  URI sessions() {
    return sessions.url();
  }

  /** Every call that either of those over HTTP received. */
  List<TestingMcpServer.Seen> heard(String tool) {
    return Stream.of(stateless, sessions)
        .flatMap(server -> server.seen("tools/call").stream())
        .filter(seen -> seen.body().at("/params/name").asText().equals(tool))
        .toList();
  }

  private TestingMcpServer server(Era era) {
    var server = TestingMcpServer.speaking(era);
    server.answerCalls((_, exchange, request) -> answer(exchange, request));
    return server;
  }

  private void answer(HttpExchange exchange, JsonNode request) throws IOException {
    var echoed = exchange.getRequestHeaders().entrySet().toString() + " " + said;
    exchange.getResponseHeaders().add("X-Echo", echoed);
    exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer error=\"" + echoed + "\"");
    var failure = TestingMcpServer.failure(request, -32000, "failed with " + echoed);
    ((ObjectNode) failure.path("error")).put("data", echoed);
    switch (request.at("/params/name").asText()) {
      case "rpc_error" -> TestingMcpServer.send(exchange, 200, failure);
      case "tool_error" ->
          TestingMcpServer.send(
              exchange,
              200,
              TestingMcpServer.response(request, result(echoed).put("isError", true)));
      case "progress" ->
          TestingMcpServer.stream(
              exchange,
              7,
              TestingMcpServer.progress(request, 1, echoed),
              TestingMcpServer.response(request, result(echoed)));
      case "http_400" -> TestingMcpServer.send(exchange, 400, failure);
      case "http_401" -> TestingMcpServer.sendRaw(exchange, 401, "text/plain", echoed);
      case "http_500" -> TestingMcpServer.sendRaw(exchange, 500, "text/html", echoed);
      default ->
          TestingMcpServer.send(exchange, 200, TestingMcpServer.response(request, result(echoed)));
    }
  }

  private static ObjectNode result(String echoed) {
    var result = JsonNodeFactory.instance.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", echoed);
    result.putObject("structuredContent").put("headers", echoed).put(echoed, 1);
    result.putObject("_meta").put("echo", echoed);
    return result;
  }

  @Override
  public void close() {
    stateless.close();
    sessions.close();
  }
}
