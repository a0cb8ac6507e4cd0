package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.wire.Revision;

/**
 * Gives a server's result the form that it has in the caller's revision, where that differs from
 * the server's. Source: MCP 2026-07-28, Changelog.
 */
final class ResultBridge {
  private ResultBridge() {}

  /** The result as the caller gets it. */
  static ObjectNode onto(Revision revision, ObjectNode result) {
    if (revision.isStateless()) {
      if (result.has("contents") && !result.has("ttlMs")) {
        result.put("ttlMs", 0);
      }
      if (result.has("ttlMs") && !result.has("taskId")) {
        result.put("cacheScope", "private");
      }
      return result;
    }
    result.remove("resultType");
    result.remove("ttlMs");
    result.remove("cacheScope");
    var structured = result.get("structuredContent");
    if (structured != null && !structured.isObject()) {
      result.remove("structuredContent");
    }
    return result;
  }
}
