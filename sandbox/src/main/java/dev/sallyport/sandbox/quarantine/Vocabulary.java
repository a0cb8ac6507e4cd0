package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The member names that may be shown as they are, because a person approved them, in the order in
 * which members are shown.
 */
public final class Vocabulary {
  private static final int MAX_SCHEMA_NODES = 10_000;

  /** No name: every member's name is held. */
  public static final Vocabulary NONE = new Vocabulary(List.of());

  private final List<String> names;
  private final Map<String, Integer> ranks;

  public Vocabulary(List<String> names) {
    this.names = names.stream().distinct().toList();
    var places = new HashMap<String, Integer>();
    this.names.forEach(name -> places.put(name, places.size()));
    this.ranks = Map.copyOf(places);
  }

  public List<String> names() {
    return names;
  }

  /** The place of each name among them, from 0. */
  Map<String, Integer> ranks() {
    return ranks;
  }

  /** Every property name that an approved output schema declares, on any level. */
  public static Vocabulary ofSchema(JsonNode schema) {
    Set<String> names = new LinkedHashSet<>();
    var open = new ArrayDeque<JsonNode>();
    open.add(schema);
    for (var seen = 0; !open.isEmpty() && seen < MAX_SCHEMA_NODES; seen++) {
      var node = open.removeFirst();
      node.path("properties").fieldNames().forEachRemaining(names::add);
      node.forEach(open::addLast);
    }
    return new Vocabulary(List.copyOf(names));
  }
}
