package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;
import java.util.Map;
import java.util.Optional;

/**
 * A call of a tool, as its caller made it.
 *
 * @param name the tool's
 * @param besides what else stands in the call and is sent on, such as the context of a trace
 * @param mirrored the values that stand in headers, too, by the lower-case names that follow {@code
 *     Mcp-Param-}; empty where the caller's revision has no such headers
 */
public record ToolCall(
    String name,
    ObjectNode arguments,
    ObjectNode besides,
    Retry retry,
    Optional<Map<String, String>> mirrored) {
  public ToolCall(String name, ObjectNode arguments) {
    this(name, arguments, Json.object(), Retry.NONE, Optional.empty());
  }

  /** All of it that a decision is about. */
  ObjectNode content() {
    return besides.isEmpty() && retry.isNone()
        ? arguments
        : retry.with(besides.deepCopy().set("arguments", arguments));
  }
}
