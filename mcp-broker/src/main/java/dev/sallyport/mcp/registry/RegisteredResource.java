package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An approved resource. Its trees are never changed. */
public record RegisteredResource(McpServer server, String uri, String pin, ObjectNode definition)
    implements RegisteredContent {
  @Override
  public ItemKey key() {
    return new ItemKey(ItemKind.RESOURCE, uri);
  }
}
