package dev.sallyport.mcp.registry;

import java.util.Locale;

/** What was decided about a definition of an item. */
public enum ItemStatus {
  /** Nothing yet. */
  PENDING,
  /** It may be used. */
  APPROVED,
  /** Nothing yet, and another definition of the same item was approved before. */
  CHANGED,
  /** It may not be used. */
  REJECTED;

  /** Whether a person has to decide. */
  public boolean waits() {
    return this == PENDING || this == CHANGED;
  }

  /** The name in the store and for administrators. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ItemStatus of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
