package dev.sallyport.mcp.registry;

import java.util.Comparator;

/**
 * Which item of a server.
 *
 * @param name that of a tool or prompt, the URI of a resource, the text of a template, or the
 *     server's own name for what it says of itself
 */
public record ItemKey(ItemKind kind, String name) implements Comparable<ItemKey> {
  private static final Comparator<ItemKey> ORDER =
      Comparator.comparing(ItemKey::kind).thenComparing(ItemKey::name);

  public static ItemKey tool(String name) {
    return new ItemKey(ItemKind.TOOL, name);
  }

  /** The key as text: the bare name of a tool, or {@code kind:name}. No tool has a colon. */
  public String text() {
    return kind == ItemKind.TOOL ? name : kind.label() + ":" + name;
  }

  /** The key that a text stands for. */
  public static ItemKey of(String text) {
    int colon = text.indexOf(':');
    for (var kind : ItemKind.values()) {
      if (colon >= 0 && kind.label().equals(text.substring(0, colon))) {
        return new ItemKey(kind, text.substring(colon + 1));
      }
    }
    return tool(text);
  }

  @Override
  public int compareTo(ItemKey other) {
    return ORDER.compare(this, other);
  }
}
