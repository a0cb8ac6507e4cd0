package dev.sallyport.sandbox.quarantine;

import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What one turn remembers of what went between its model and a client that runs tools of its own.
 * What was used longest ago makes room. Not thread-safe: {@link Holdings} has one.
 */
final class TurnMemory {
  static final int MAX_ENTRIES = 4_096;
  static final int MAX_CHARS = 2 << 20;
  private static final int ENTRY_WEIGHT = 96;

  private final LinkedHashMap<String, String> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long chars;

  Optional<String> find(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Keeps the first that is said of a key, and gives that back. */
  String keep(String key, String value) {
    var earlier = entries.putIfAbsent(key, value);
    if (earlier != null) {
      return earlier;
    }
    chars += weight(key, value);
    while (entries.size() > MAX_ENTRIES || chars > MAX_CHARS) {
      var oldest = entries.pollFirstEntry();
      chars -= weight(oldest.getKey(), oldest.getValue());
    }
    return value;
  }

  long chars() {
    return chars;
  }

  void clear() {
    entries.clear();
    chars = 0;
  }

  private static long weight(String key, String value) {
    return (long) ENTRY_WEIGHT + key.length() + value.length();
  }

  @Override
  public String toString() {
    return "TurnMemory[" + entries.size() + "]";
  }
}
