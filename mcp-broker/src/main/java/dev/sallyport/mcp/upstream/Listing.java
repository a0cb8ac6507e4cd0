package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * All that a server says it has, as the server wrote it.
 *
 * @param introduction what it says of itself: {@code serverInfo}, {@code capabilities} and {@code
 *     instructions}, as far as it gave them
 */
public record Listing(
    ObjectNode introduction,
    List<ObjectNode> tools,
    List<ObjectNode> prompts,
    List<ObjectNode> resources,
    List<ObjectNode> templates) {
  public Listing {
    tools = List.copyOf(tools);
    prompts = List.copyOf(prompts);
    resources = List.copyOf(resources);
    templates = List.copyOf(templates);
  }

  /** How many items there are of all kinds. */
  public int size() {
    return tools.size() + prompts.size() + resources.size() + templates.size();
  }
}
