package dev.sallyport.mcp.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.mcp.registry.Definitions.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How what a server lists became different from what it listed before.
 *
 * @param added what it did not list
 * @param changed what it lists with another definition
 * @param gone what it lists no more, or in a way that cannot be shown to anyone
 */
record ListChange(List<ItemKey> added, List<ItemKey> changed, List<ItemKey> gone) {
  /** The most items of each that are named. */
  private static final int MAX_NAMED = 20;

  ListChange {
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    gone = List.copyOf(gone);
  }

  /** The change of a list; empty if there is none, or if nothing was listed before. */
  static Optional<ListChange> between(List<ItemRecord> before, Map<ItemKey, Seen> now) {
    var listed = new TreeMap<ItemKey, String>();
    for (var known : before) {
      if (known.present()) {
        listed.put(known.key(), known.digest());
      }
    }
    if (listed.isEmpty()) {
      return Optional.empty();
    }
    var added = new TreeSet<>(now.keySet());
    added.removeAll(listed.keySet());
    var gone = new TreeSet<>(listed.keySet());
    gone.removeAll(now.keySet());
    var changed = new TreeSet<ItemKey>();
    now.forEach((key, seen) -> {
      if (listed.containsKey(key) && !seen.digest().equals(listed.get(key))) {
        changed.add(key);
      }
    });
    return added.isEmpty() && gone.isEmpty() && changed.isEmpty()
        ? Optional.empty()
        : Optional.of(new ListChange(List.copyOf(added), List.copyOf(changed), List.copyOf(gone)));
  }

  /** Notes it: how many items there are of each, and the first of them by name. */
  void note(ObjectNode facts) {
    note(facts, "added", added);
    note(facts, "changed", changed);
    note(facts, "gone", gone);
  }

  private static void note(ObjectNode facts, String how, List<ItemKey> items) {
    if (!items.isEmpty()) {
      var noted = facts.putObject(how).put("count", items.size());
      var names = noted.putArray("first");
      items.stream().limit(MAX_NAMED).map(ItemKey::text).forEach(names::add);
    }
  }
}
