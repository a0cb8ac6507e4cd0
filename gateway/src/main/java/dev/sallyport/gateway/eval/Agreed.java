package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is agreed of the results of a tool, by its schema or its contract, as far as it bears on
 * what they tell. It shares no code with what reads and applies contracts.
 *
 * @param typed whether what is of a closed type is shown
 * @param fields by their paths
 * @param words how many words the person of the turn wrote
 * @param resultBits how much one result may tell, if that is agreed
 * @param maxItems how many items of a list are shown, if that is agreed
 */
record Agreed(
    boolean typed,
    Map<String, AgreedField> fields,
    int words,
    OptionalInt resultBits,
    OptionalInt maxItems) {
  /** Nothing, in strict mode. */
  static final Agreed NONE = of(false, List.of());

  private static final int MAX_DEPTH = 8;

  Agreed {
    fields = Map.copyOf(fields);
  }

  /** Fields with the bounds of all tools. */
  static Agreed of(boolean typed, Collection<AgreedField> fields) {
    Map<String, AgreedField> byPath = new LinkedHashMap<>();
    fields.forEach(field -> byPath.putIfAbsent(field.path(), field));
    return new Agreed(typed, byPath, 0, OptionalInt.empty(), OptionalInt.empty());
  }

  /** What a schema says of results in typed mode; references in it are not followed. */
  static Agreed ofSchema(JsonNode schema, Instant now) {
    var fields = new ArrayList<AgreedField>();
    read(schema, "$", 0, true, now, fields);
    return of(true, fields);
  }

  private static void read(
      JsonNode schema,
      String path,
      int depth,
      boolean numbers,
      Instant now,
      List<AgreedField> fields) {
    if (depth > MAX_DEPTH) {
      return;
    }
    var found = AgreedField.ofSchema(path, schema, now);
    found.filter(field -> numbers || !field.isNumber()).ifPresent(fields::add);
    if (schema.path("items").isObject()) {
      boolean bounded = found.filter(field -> field.most() >= 0).isPresent();
      read(schema.get("items"), path + "[*]", depth + 1, bounded, now, fields);
    }
    for (var property : schema.path("properties").properties()) {
      read(property.getValue(), path + "." + property.getKey(), depth + 1, true, now, fields);
    }
  }

  /** The same with budgets, and with words of the turn's person. */
  Agreed with(int personsWords, OptionalInt bits, OptionalInt items) {
    return new Agreed(typed, fields, personsWords, bits, items);
  }

  /** Of what is made of a result: its mode, and no field. */
  Agreed derived() {
    return new Agreed(typed, Map.of(), words, OptionalInt.empty(), maxItems);
  }

  /** Of what lies at a path, which is looked into. */
  Agreed below(String path) {
    var there =
        fields.values().stream()
            .filter(field -> field.path().startsWith("$" + path))
            .map(field -> field.at("$" + field.path().substring(1 + path.length())))
            .toList();
    return new Agreed(typed, of(typed, there).fields, words, OptionalInt.empty(), maxItems);
  }

  /** What is agreed of a place: of two fields that speak of it, the one that names more, first. */
  Optional<AgreedField> at(List<String> place) {
    AgreedField best = null;
    for (var field : fields.values()) {
      if (field.speaksOf(place) && (best == null || field.isBefore(best))) {
        best = field;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The names of members that it says. */
  Set<String> names() {
    return fields.values().stream()
        .flatMap(field -> field.steps().stream())
        .filter(step -> step.startsWith(".") && !step.equals(".*"))
        .map(step -> step.substring(1))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The document of a contract that says it. */
  String contract(String server, String tool) {
    var results =
        fields.values().stream()
            .map(field -> "    '%s': %s%n".formatted(field.path(), field.written()))
            .sorted()
            .collect(Collectors.joining());
    var budget = new ArrayList<String>();
    resultBits.ifPresent(bits -> budget.add("result_bits: " + bits));
    maxItems.ifPresent(items -> budget.add("max_items: " + items));
    return """
    apiVersion: sallyport.dev/v1
    kind: ToolContract
    metadata: {name: %s}
    spec:
      tool: '%s/%s'
      mode: %s
    %s  budget: {%s}
    ---
    """
        .formatted(
            Stage.name(server + "-" + tool),
            server,
            tool,
            typed ? "typed" : "strict",
            results.isEmpty() ? "" : "  results:\n" + results,
            String.join(", ", budget));
  }
}
