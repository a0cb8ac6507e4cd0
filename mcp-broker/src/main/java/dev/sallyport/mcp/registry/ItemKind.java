package dev.sallyport.mcp.registry;

import java.util.Locale;

/** What kind of thing a server has. */
public enum ItemKind {
  /** What a server says of itself: who it is, what it can do and how it is used. */
  SERVER,
  TOOL,
  PROMPT,
  RESOURCE,
  /** A resource template. */
  TEMPLATE;

  /** The name in the store and for administrators. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ItemKind of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
