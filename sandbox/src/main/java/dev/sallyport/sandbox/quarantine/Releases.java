package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.label.Label;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values that agents were told as they are, and their labels.
 *
 * <p>There is room for {@value #MAX_VALUES}. Then those make room that were last told more than an
 * hour ago; where there is none of them, any text may have been told for an hour. Thread-safe.
 */
final class Releases {
  /** The most values. */
  static final int MAX_VALUES = 16_384;

  /** How long a value is kept for certain. */
  static final Duration KEPT = Duration.ofHours(1);

  /** A part of a text that is shorter than this is no sign of where the text comes from. */
  private static final int SHORTEST_PART = 3;

  private static final int ENTRY_WEIGHT = 16;

  private final Map<String, Entry> values = new HashMap<>();
  private Optional<Entry> others = Optional.empty();
  private long chars;

  private record Entry(Label label, boolean byWords, Instant at) {
    Entry join(Label other, boolean also, Instant now) {
      return new Entry(label.join(other).withInfluence(0), byWords || also, now);
    }
  }

  /**
   * What is known of a text.
   *
   * @param exact whether all of it was told, or only words of it
   */
  record Match(boolean exact, Label label) {
    Match join(Match other) {
      return new Match(exact || other.exact, label.join(other.label));
    }
  }

  /** Remembers a value that was told. */
  synchronized void add(Told told, Instant now) {
    told.keys().forEach(key -> put(key, told, now));
  }

  /** What was told of which a text was made, if any was. */
  synchronized Optional<Match> find(String text, Instant now) {
    var whole = Optional.ofNullable(values.get(Words.key(text.strip()))).map(Entry::label);
    var label = whole;
    for (var word : Words.parts(text)) {
      var told = word.length() < SHORTEST_PART ? null : values.get(Words.key(word));
      if (told != null && told.byWords()) {
        label = Optional.of(label.map(told.label()::join).orElse(told.label()));
      }
    }
    var other = others.filter(entry -> !isOld(entry, now)).map(Entry::label);
    if (other.isPresent()) {
      label = Optional.of(label.map(other.get()::join).orElse(other.get()));
    }
    return label.map(found -> new Match(whole.isPresent(), found.withInfluence(0)));
  }

  /** Keeps the label of all of them only: any text may have been told. */
  synchronized void collapse(Instant now) {
    values.values().forEach(entry -> addOther(entry.label(), now));
    values.clear();
    chars = 0;
  }

  /** About how many characters of memory they take. */
  synchronized long weight() {
    return chars;
  }

  private void put(String key, Told told, Instant now) {
    var known = values.get(key);
    if (known == null && values.size() >= MAX_VALUES) {
      dropOld(now);
    }
    if (known == null && values.size() >= MAX_VALUES) {
      addOther(told.label(), now);
      return;
    }
    var entry = known == null ? new Entry(Label.CLEAN, told.byWords(), now) : known;
    values.put(key, entry.join(told.label(), told.byWords(), now));
    chars += known == null ? ENTRY_WEIGHT + key.length() : 0;
  }

  private void addOther(Label label, Instant now) {
    others = Optional.of(others.orElse(new Entry(Label.CLEAN, true, now)).join(label, true, now));
  }

  private void dropOld(Instant now) {
    values.values().removeIf(entry -> isOld(entry, now));
    chars = values.keySet().stream().mapToLong(key -> ENTRY_WEIGHT + key.length()).sum();
  }

  private static boolean isOld(Entry entry, Instant now) {
    return entry.at().plus(KEPT).isBefore(now);
  }

  @Override
  public synchronized String toString() {
    return "Releases[" + values.size() + "]";
  }
}
