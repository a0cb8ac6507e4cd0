package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What tools answered to the calls of one message. Gemini knows answers by their place, and some of
 * it by their ids, too: there is one to each call, in the order of the calls, whatever the order in
 * which they came.
 */
final class CallResults {
  private final boolean showsImages;
  private final boolean tellsIds;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, ObjectNode> responses = new HashMap<>();
  private final ArrayNode images = JsonNodeFactory.instance.arrayNode();

  /**
   * Those of a message.
   *
   * @param showsImages whether the model takes images within what tools answered
   * @param tellsIds whether the provider takes the ids of calls
   */
  CallResults(boolean showsImages, boolean tellsIds) {
    this.showsImages = showsImages;
    this.tellsIds = tellsIds;
  }

  void expect(String id, String name, String place) throws CannotCarryException {
    if (names.putIfAbsent(id, name) != null) {
      throw new CannotCarryException(place + " must have ids that differ.");
    }
  }

  void take(JsonNode message, ArrayNode parts, String place) throws CannotCarryException {
    var id = message.path("tool_call_id").asText("");
    var name = names.get(id);
    if (name == null || responses.containsKey(id)) {
      throw new CannotCarryException(
          place + "/tool_call_id must name a call of the message before, each call once.");
    }
    var part = JsonNodeFactory.instance.objectNode();
    var response = part.putObject("functionResponse");
    name(response, id, name);
    var text = new StringBuilder();
    var shown = JsonNodeFactory.instance.arrayNode();
    for (var one : parts) {
      if (one.has("text")) {
        text.append(text.isEmpty() ? "" : "\n").append(one.path("text").textValue());
      } else if (showsImages && one.has("inlineData")) {
        shown.add(one);
      } else {
        images.add(one);
      }
    }
    boolean failed = message.path("is_error").booleanValue();
    response.putObject("response").put(failed ? "error" : "output", text.toString());
    if (!shown.isEmpty()) {
      response.set("parts", shown);
    }
    responses.put(id, part);
  }

  /** Names a call, or the answer to one, as the provider knows it. */
  void name(ObjectNode part, String id, String name) {
    if (tellsIds) {
      CallIds.own(id).ifPresent(own -> part.put("id", own));
    }
    part.put("name", name);
  }

  boolean isWhole() {
    return responses.size() == names.size();
  }

  void requireAll(String place) throws CannotCarryException {
    if (!isWhole()) {
      throw new CannotCarryException(
          "Before " + place + ", each of the tool_calls must have its tool message.");
    }
  }

  /** One for each call, in order. */
  ArrayNode responses() {
    var inOrder = JsonNodeFactory.instance.arrayNode();
    names.keySet().forEach(id -> inOrder.add(responses.get(id)));
    return inOrder;
  }

  /** What tools showed, where the model takes it only beside what they answered. */
  ArrayNode images() {
    return images;
  }
}
