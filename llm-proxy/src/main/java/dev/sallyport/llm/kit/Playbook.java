package dev.sallyport.llm.kit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What models do in turn, as a file says it: a line for each model, with its name and what it does
 * at its first request, its second, and so on; the last goes on for ever. Empty lines, and what
 * follows a {@code #}, say nothing. Thread-safe.
 */
final class Playbook {
  static final Playbook EMPTY = new Playbook(Map.of());

  private final Map<String, Part> parts;

  private Playbook(Map<String, Part> parts) {
    this.parts = Map.copyOf(parts);
  }

  /**
   * Reads one.
   *
   * @throws Objection if a line is not understood
   */
  static Playbook of(String text) {
    var parts = new HashMap<String, Part>();
    var lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      var words = words(lines.get(i));
      if (words.size() == 1) {
        throw new Objection("line %d: a model does something".formatted(i + 1));
      }
      if (!words.isEmpty()) {
        parts.put(words.getFirst(), part(words.subList(1, words.size()), i + 1));
      }
    }
    return new Playbook(parts);
  }

  private static List<String> words(String line) {
    var words = new ArrayList<String>();
    for (var word : line.replaceFirst("#.*", "").split("\\s+", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  private static Part part(List<String> names, int line) {
    try {
      return new Part(names.stream().map(Behaviour::of).toList(), new AtomicInteger());
    } catch (Objection objection) {
      throw new Objection("line %d: %s".formatted(line, objection.words()));
    }
  }

  /** What a model does now; empty if nothing is written of it. */
  Optional<Behaviour> next(String model) {
    return Optional.ofNullable(parts.get(model)).map(Part::next);
  }

  /** What one model does in turn. */
  private record Part(List<Behaviour> behaviours, AtomicInteger turn) {
    Behaviour next() {
      int last = behaviours.size() - 1;
      return behaviours.get(Math.min(last, turn.getAndUpdate(now -> Math.min(last, now + 1))));
    }
  }
}
