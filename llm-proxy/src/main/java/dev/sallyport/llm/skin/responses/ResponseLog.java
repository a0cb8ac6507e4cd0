package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the events so far have told of a response, whoever wrote them: enough to end it rightly at
 * any time. For one thread.
 */
final class ResponseLog {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final TreeMap<Integer, ObjectNode> items = new TreeMap<>();
  private final TreeSet<Integer> open = new TreeSet<>();
  private final Map<Place, StringBuilder> texts = new HashMap<>();
  private ObjectNode response = NODES.objectNode();
  private long next;

  /** Where a text grows that is not written into its item yet. */
  private record Place(int item, String list, int part, String member) {}

  /** Whether anything was told. */
  boolean isBegun() {
    return !response.isEmpty();
  }

  /** The number of the next event. */
  long next() {
    return next;
  }

  /** The items that have not ended, in order. */
  List<Integer> open() {
    return List.copyOf(open);
  }

  /** How many items were begun. */
  int size() {
    return items.isEmpty() ? 0 : items.lastKey() + 1;
  }

  /** The name of an item; empty if there is none. */
  String id(int index) {
    return at(index, "", 0).path("id").asText("");
  }

  /** An item as far as it was told. */
  ObjectNode item(int index) {
    write();
    return items.computeIfAbsent(index, _ -> NODES.objectNode());
  }

  /** The response as far as it was told. */
  ObjectNode response() {
    write();
    var told = response.deepCopy();
    told.putArray("output").addAll(items.values());
    return told;
  }

  /** Takes the next event. */
  void note(JsonNode event) {
    next = Math.max(next, event.path("sequence_number").asLong(next) + 1);
    int index = event.path("output_index").asInt();
    var delta = event.path("delta").asText("");
    switch (event.path("type").asText("")) {
      case "response.created", "response.queued", "response.in_progress" -> {
        if (event.path("response") instanceof ObjectNode told) {
          response = told;
        }
      }
      case "response.output_item.added" -> {
        put(index, event);
        open.add(index);
      }
      case "response.output_item.done" -> {
        texts.keySet().removeIf(place -> place.item() == index);
        put(index, event);
        open.remove(index);
      }
      case "response.content_part.added" -> part(event, "content", "content_index");
      case "response.reasoning_summary_part.added" -> part(event, "summary", "summary_index");
      case "response.output_text.delta", "response.reasoning_text.delta" ->
          grow(event, "content", "content_index", "text", delta);
      case "response.refusal.delta" -> grow(event, "content", "content_index", "refusal", delta);
      case "response.reasoning_summary_text.delta" ->
          grow(event, "summary", "summary_index", "text", delta);
      case "response.function_call_arguments.delta" -> grow(event, "", "", "arguments", delta);
      case "response.custom_tool_call_input.delta" -> grow(event, "", "", "input", delta);
      case "response.output_text.annotation.added" -> {
        if (at(index, "content", event.path("content_index").asInt()) instanceof ObjectNode part) {
          part.withArray("/annotations").add(event.path("annotation"));
        }
      }
      default -> {}
    }
  }

  private void put(int index, JsonNode event) {
    if (event.path("item") instanceof ObjectNode item) {
      items.put(index, item.deepCopy());
    }
  }

  private void part(JsonNode event, String list, String number) {
    var item = items.get(event.path("output_index").asInt());
    if (item != null && event.path("part") instanceof ObjectNode part) {
      var parts = list(item, list);
      if (event.path(number).asInt() >= parts.size()) {
        parts.add(part.deepCopy());
      }
    }
  }

  private static ArrayNode list(ObjectNode item, String name) {
    return item.path(name) instanceof ArrayNode parts ? parts : item.putArray(name);
  }

  private void grow(JsonNode event, String list, String number, String member, String delta) {
    int part = list.isEmpty() ? 0 : event.path(number).asInt();
    var place = new Place(event.path("output_index").asInt(), list, part, member);
    texts.computeIfAbsent(place, _ -> new StringBuilder()).append(delta);
  }

  /** Where something stands in the items. */
  private JsonNode at(int index, String list, int part) {
    JsonNode item = items.getOrDefault(index, NODES.objectNode());
    return list.isEmpty() ? item : item.path(list).path(part);
  }

  /** Writes the texts that grew into their places. */
  private void write() {
    texts.forEach((place, text) -> {
      if (at(place.item(), place.list(), place.part()) instanceof ObjectNode object) {
        object.put(place.member(), object.path(place.member()).asText("") + text);
      }
    });
    texts.clear();
  }
}
