package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Json;

/**
 * A call of a tool.
 *
 * @param tool the name that the server gave it
 * @param arguments as they are to be sent
 * @param besides what else is to be sent with them
 */
public record UpstreamCall(String tool, ObjectNode arguments, ObjectNode besides) {
  public UpstreamCall(String tool, ObjectNode arguments) {
    this(tool, arguments, Json.object());
  }

  /** The params of the request; for each request anew. */
  ObjectNode params() {
    var params = besides.deepCopy().put("name", tool);
    params.set("arguments", arguments);
    return params;
  }
}
