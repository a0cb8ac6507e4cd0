package dev.sallyport.gateway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.StringJoiner;

/** An MCP server of revision 2026-07-28 with a tool whose result is small, and others beside. */
final class McpAnswers implements Answers {
  static final String TOOL = "query_accounts";

  /** Names the server that has {@value #CROWD} other tools. */
  static final String CROWDED = "mcp-crowded";

  static final int CROWD = 2_500;

  /** Stands in every result. */
  static final String MARK = "Halvorsen";

  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}";
  private static final String CALLED =
      """
      {"resultType":"complete","content":[{"type":"text",\
      "text":"{\\"id\\":4711,\\"name\\":\\"Halvorsen\\",\\"open\\":true}"}],\
      "structuredContent":{"id":4711,"name":"Halvorsen","open":true},"isError":false,%s}\
      """
          .formatted(META);
  private static final String DEFINITION =
      """
      {"name":"%s","description":"Finds accounts.","inputSchema":{"type":"object","properties":{\
      "query":{"type":"string"},"limit":{"type":"integer"}},"required":["query"]}}\
      """;
  private static final String DISCOVERED =
      """
      {"resultType":"complete","ttlMs":3600000,"cacheScope":"public",\
      "supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},%s}\
      """
          .formatted(META);

  private final ObjectMapper json = new ObjectMapper();
  private final String listed;

  /**
   * A server.
   *
   * @param others how many tools it has beside the one that is called
   */
  McpAnswers(int others) {
    var tools = new StringJoiner(",");
    tools.add(DEFINITION.formatted(TOOL));
    for (int i = 0; i < others; i++) {
      tools.add(DEFINITION.formatted("other_" + i));
    }
    listed =
        """
        {"resultType":"complete","ttlMs":3600000,"cacheScope":"public","tools":[%s],%s}\
        """
            .formatted(tools, META);
  }

  @Override
  public ByteBuffer answer(HttpMessage request) {
    var call = read(request.bodyBytes());
    return switch (call.method()) {
      case "tools/call" -> result(call, CALLED);
      case "tools/list" -> result(call, listed);
      case "server/discover" -> result(call, DISCOVERED);
      default ->
          Answers.json(
              404,
              """
              {"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\
              """
                  .formatted(call.id()));
    };
  }

  private static ByteBuffer result(Call call, String result) {
    return Answers.json(
        200, "{\"jsonrpc\":\"2.0\",\"id\":" + call.id() + ",\"result\":" + result + "}");
  }

  private Call read(InputStream body) {
    try {
      var message = json.readTree(body);
      return new Call(message.path("id").toString(), message.path("method").asText());
    } catch (IOException _) {
      return new Call("null", "");
    }
  }

  private record Call(String id, String method) {}
}
