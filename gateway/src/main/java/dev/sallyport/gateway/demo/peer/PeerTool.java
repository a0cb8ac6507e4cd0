package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.Map;
import java.util.function.Function;

/**
 * One tool of a peer.
 *
 * @param definition how {@code tools/list} gives it
 * @param behaviour what it does
 */
record PeerTool(Tool definition, Function<Call, JsonNode> behaviour) {
  static final ObjectMapper JSON = new ObjectMapper();
  static final JacksonMcpJsonMapper MCP_JSON = new JacksonMcpJsonMapper(JSON);

  /**
   * A call of a tool.
   *
   * @param headers of the request that it came with; none where there is no HTTP
   */
  record Call(JsonNode arguments, Map<String, String> headers) {
    String text(String name) {
      return arguments.path(name).asText();
    }
  }

  /** What a tool says when it cannot do what it was asked. */
  static final class ToolFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ToolFailedException(String message) {
      super(message, null, false, false);
    }
  }

  static PeerTool of(String definition, Function<Call, JsonNode> behaviour) {
    try {
      return new PeerTool(JSON.readValue(definition, Tool.class), behaviour);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the definition of a tool is not right", e);
    }
  }

  CallToolResult call(CallToolRequest request, Map<String, String> headers) {
    try {
      var answer = behaviour.apply(new Call(JSON.valueToTree(request.arguments()), headers));
      return CallToolResult.builder()
          .addTextContent(answer.toString())
          .structuredContent(JSON.convertValue(answer, Map.class))
          .isError(false)
          .build();
    } catch (ToolFailedException e) {
      return CallToolResult.builder()
          .addTextContent(String.valueOf(e.getMessage()))
          .isError(true)
          .build();
    }
  }
}
