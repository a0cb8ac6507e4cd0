package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An item of a server in a form that was approved. Its trees are never changed. Thread-safe. */
public sealed interface RegisteredItem
    permits Introduction, RegisteredTool, RegisteredPrompt, RegisteredContent {
  McpServer server();

  ItemKey key();

  /** The digest of what was approved: of the definition and of where the server is. */
  String pin();

  /** The definition as agents see it on the server's own path. */
  ObjectNode definition();
}
