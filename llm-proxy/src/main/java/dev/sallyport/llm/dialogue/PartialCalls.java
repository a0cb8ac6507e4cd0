package dev.sallyport.llm.dialogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CallPlaces;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Puts the calls of one choice together, out of what a stream says of them bit by bit. */
final class PartialCalls {
  private static final int LEGACY_PLACE = -1;
  private static final Set<String> TOLD_ONCE = Set.of("id", "name");

  private final TreeMap<Integer, ObjectNode> calls = new TreeMap<>();
  private final CallPlaces places = new CallPlaces();

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /** Takes what a delta says of calls. */
  void add(JsonNode deltas) {
    for (var delta : deltas) {
      if (delta instanceof ObjectNode said) {
        int place = places.of(said);
        merge(calls.computeIfAbsent(place, _ -> JsonNodeFactory.instance.objectNode()), said);
      }
    }
  }

  /** Takes what a delta says of the one call that there may be in the older form. */
  void addLegacy(ObjectNode delta) {
    var call =
        calls.computeIfAbsent(
            LEGACY_PLACE,
            _ -> JsonNodeFactory.instance.objectNode().put("type", ProposedCall.LEGACY));
    merge(call.withObject("/function"), delta);
  }

  private static void merge(ObjectNode call, ObjectNode delta) {
    for (var member : delta.properties()) {
      var name = member.getKey();
      var value = member.getValue();
      if (value.isNull() || name.equals("index") || isKnown(call, name, value)) {
        continue;
      }
      if (value instanceof ObjectNode said && (name.equals("function") || name.equals("custom"))) {
        merge(call.withObject("/" + name), said);
      } else if (value.isTextual() && (name.equals("arguments") || name.equals("input"))) {
        call.put(name, call.path(name).asText("") + value.textValue());
      } else {
        call.set(name, value);
      }
    }
  }

  /** Some providers write an id and a name again in every delta: empty, or others. */
  private static boolean isKnown(ObjectNode call, String name, JsonNode again) {
    boolean known = !call.path(name).asText("").isEmpty();
    return known
        && (TOLD_ONCE.contains(name) || (again.isTextual() && again.textValue().isEmpty()));
  }

  /** All of them, in order. */
  List<ProposedCall> whole(int choice) {
    return calls.values().stream().map(tree -> new ProposedCall(choice, tree)).toList();
  }
}
