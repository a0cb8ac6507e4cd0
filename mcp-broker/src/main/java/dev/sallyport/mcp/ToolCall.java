package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;

/**
 * A call of a tool, as its caller made it.
 *
 * @param name the tool's
 * @param besides what else stands in the call and is sent on, such as the context of a trace
 */
public record ToolCall(String name, ObjectNode arguments, ObjectNode besides) {
  public ToolCall(String name, ObjectNode arguments) {
    this(name, arguments, Json.object());
  }

  /** All of it that a decision is about. */
  ObjectNode content() {
    return besides.isEmpty() ? arguments : besides.deepCopy().set("arguments", arguments);
  }
}
