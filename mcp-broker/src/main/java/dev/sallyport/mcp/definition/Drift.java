package dev.sallyport.mcp.definition;

import java.util.Locale;

/** What kind of change a changed definition is, the least of them first. */
public enum Drift {
  /** Nothing that counts. */
  NONE,
  /** Only words: what a model reads, but nothing that it does. */
  TEXT_ONLY,
  /** It does more than before; whoever used it rightly still does. */
  ADDITIVE,
  /** What was right before may be wrong now, or the item claims to be less safe. */
  BREAKING,
  /** The definition is the same, but the server is somewhere else. */
  MOVED,
  /** Another item in a new name, perhaps. */
  RENAME_SUSPECT;

  /** The name for administrators. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  Drift or(Drift other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
