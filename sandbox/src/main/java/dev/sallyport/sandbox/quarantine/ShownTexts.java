package dev.sallyport.sandbox.quarantine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one turn shows to its person, bounded by itself. What was shown more than an hour ago makes
 * room; nothing else does. Not thread-safe.
 */
final class ShownTexts {
  private static final Duration KEPT = Duration.ofHours(1);

  private final QuarantineLimits limits;
  private final InstantSource clock;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long chars;

  ShownTexts(QuarantineLimits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** Marks a value to be shown; once is enough. False if there is no room. */
  boolean add(Held held) {
    var token = held.reference().token();
    if (entries.containsKey(token)) {
      return true;
    }
    if (!hasRoom(0)) {
      dropOld();
    }
    if (!hasRoom(0) || held.text().length() > limits.maxShownChars()) {
      return false;
    }
    var text = HumanText.sanitise(held.text());
    if (!hasRoom(text.length())) {
      dropOld();
    }
    if (!hasRoom(text.length())) {
      return false;
    }
    entries.put(token, new Entry(new Shown(token, held.source(), text), clock.instant()));
    chars += text.length();
    return true;
  }

  List<Shown> all() {
    return entries.values().stream().map(Entry::shown).toList();
  }

  long chars() {
    return chars;
  }

  void clear() {
    entries.clear();
    chars = 0;
  }

  private boolean hasRoom(int more) {
    return entries.size() < limits.maxShown() && chars + more <= limits.maxShownChars();
  }

  private void dropOld() {
    var since = clock.instant().minus(KEPT);
    entries.values().removeIf(entry -> entry.at().isBefore(since));
    chars = entries.values().stream().mapToLong(entry -> entry.shown().text().length()).sum();
  }

  @Override
  public String toString() {
    return "ShownTexts[" + entries.size() + "]";
  }

  private record Entry(Shown shown, Instant at) {}
}
