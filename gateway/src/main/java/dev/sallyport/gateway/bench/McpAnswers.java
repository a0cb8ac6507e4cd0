package dev.sallyport.gateway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** An MCP server of revision 2026-07-28 with one tool, whose result is small. */
final class McpAnswers implements Answers {
  static final String TOOL = "query_accounts";

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
  private static final String LISTED =
      """
      {"resultType":"complete","ttlMs":3600000,"cacheScope":"public","tools":[{"name":"%s",\
      "description":"Finds accounts.","inputSchema":{"type":"object","properties":{\
      "query":{"type":"string"},"limit":{"type":"integer"}},"required":["query"]}}],%s}\
      """
          .formatted(TOOL, META);
  private static final String DISCOVERED =
      """
      {"resultType":"complete","ttlMs":3600000,"cacheScope":"public",\
      "supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},%s}\
      """
          .formatted(META);

  private final ObjectMapper json = new ObjectMapper();

  @Override
  public ByteBuffer answer(HttpMessage request) {
    var call = read(request.bodyBytes());
    return switch (call.method()) {
      case "tools/call" -> result(call, CALLED);
      case "tools/list" -> result(call, LISTED);
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
