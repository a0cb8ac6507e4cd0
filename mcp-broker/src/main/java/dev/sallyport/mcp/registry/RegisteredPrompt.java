package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An approved prompt. Its trees are never changed.
 *
 * @param exposedName its name where prompts of all servers are shown together
 */
public record RegisteredPrompt(
    McpServer server, String name, String exposedName, String pin, ObjectNode definition)
    implements RegisteredItem {
  @Override
  public ItemKey key() {
    return new ItemKey(ItemKind.PROMPT, name);
  }

  /** The definition under its exposed name. */
  public ObjectNode exposedDefinition() {
    return RegisteredTool.under(exposedName, definition);
  }
}
