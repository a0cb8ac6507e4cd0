package dev.sallyport.mcp.registry;

import java.util.Locale;

/** What was decided about a definition of a tool. */
public enum ToolStatus {
  /** Nothing yet. */
  PENDING,
  /** It may be called. */
  APPROVED,
  /** Nothing yet, and another definition of the same tool was approved before. */
  CHANGED,
  /** It may not be called. */
  REJECTED;

  /** The name in the store and for administrators. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ToolStatus of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
