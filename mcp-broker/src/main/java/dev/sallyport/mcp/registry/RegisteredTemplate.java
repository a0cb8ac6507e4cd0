package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.uri.UriTemplate;

/** An approved resource template. Its trees are never changed. */
public record RegisteredTemplate(
    McpServer server, UriTemplate template, String pin, ObjectNode definition)
    implements RegisteredContent {
  @Override
  public ItemKey key() {
    return new ItemKey(ItemKind.TEMPLATE, uri());
  }

  @Override
  public String uri() {
    return template.toString();
  }

  /** Whether a URI is one of those that it stands for. */
  public boolean covers(String uri) {
    return template.covers(uri);
  }
}
