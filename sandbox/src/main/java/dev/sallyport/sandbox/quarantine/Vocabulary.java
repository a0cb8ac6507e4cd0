package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The member names that may be shown as they are, because a person approved them, in the order in
 * which members are shown; and what the texts of some of these members are, as the approved schema
 * says by their {@code format}.
 */
public final class Vocabulary {
  private static final int MAX_SCHEMA_NODES = 10_000;

  /** No name: every member's name is held. */
  public static final Vocabulary NONE = new Vocabulary(List.of());

  private final List<String> names;
  private final Map<String, Integer> ranks;
  private final Map<String, Kind> kinds;

  public Vocabulary(List<String> names) {
    this(names, Map.of());
  }

  private Vocabulary(List<String> names, Map<String, Kind> kinds) {
    this.kinds = Map.copyOf(kinds);
    this.names = names.stream().distinct().toList();
    var places = new HashMap<String, Integer>();
    this.names.forEach(name -> places.put(name, places.size()));
    this.ranks = Map.copyOf(places);
  }

  /** These names, and after them others that a person approved. */
  Vocabulary with(Collection<String> others) {
    if (ranks.keySet().containsAll(others)) {
      return this;
    }
    var all = new ArrayList<>(names);
    all.addAll(others);
    return new Vocabulary(all, kinds);
  }

  public List<String> names() {
    return names;
  }

  /** The place of each name among them, from 0. */
  Map<String, Integer> ranks() {
    return ranks;
  }

  /** What the texts of a member are; nothing in a text itself has a say in that. */
  Kind kindOf(String name) {
    return kinds.getOrDefault(name, Kind.TEXT);
  }

  /** Every property name that an approved output schema declares, on any level. */
  public static Vocabulary ofSchema(JsonNode schema) {
    Set<String> names = new LinkedHashSet<>();
    var kinds = new HashMap<String, Kind>();
    var open = new ArrayDeque<JsonNode>();
    open.add(schema);
    for (var seen = 0; !open.isEmpty() && seen < MAX_SCHEMA_NODES; seen++) {
      var node = open.removeFirst();
      for (var property : node.path("properties").properties()) {
        names.add(property.getKey());
        var kind = kind(property.getValue());
        kinds.merge(property.getKey(), kind, (one, other) -> one == other ? one : Kind.TEXT);
      }
      node.forEach(open::addLast);
    }
    return new Vocabulary(List.copyOf(names), kinds);
  }

  /** What a schema promises of a text, or of each text of a list. */
  private static Kind kind(JsonNode schema) {
    var format = schema.path("format").asText(schema.path("items").path("format").asText(""));
    return switch (format) {
      case "email", "idn-email" -> Kind.ADDRESS;
      case "uri", "iri" -> Kind.URL;
      case "date", "date-time" -> Kind.DATE;
      case "uuid" -> Kind.IDENTIFIER;
      default -> Kind.TEXT;
    };
  }
}
