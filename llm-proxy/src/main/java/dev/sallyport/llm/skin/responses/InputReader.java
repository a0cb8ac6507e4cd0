package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.responses.ReasoningItems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the items of an input into the messages of a chat. What the model said and wanted in one
 * answer becomes one message, since chat wants the results of calls right after the message that
 * has them.
 */
final class InputReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> ROLES = Set.of("user", "assistant", "system", "developer");

  /** The type of an item that adds tools from there on. */
  static final String MORE_TOOLS = "additional_tools";

  /** What of an item is read, or only says how it came to be. */
  private static final Set<String> READ =
      Set.of(
          "type",
          "id",
          "status",
          "role",
          "content",
          "call_id",
          "name",
          "arguments",
          "input",
          "output",
          "result",
          "summary",
          "encrypted_content",
          "tools",
          "created_by");

  private final Set<String> dropped;
  private final PartsReader parts;
  private final ArrayNode messages = NODES.arrayNode();
  private final List<JsonNode> reasoning = new ArrayList<>();

  /**
   * @param dropped takes the names of what chat has no place for
   */
  InputReader(Set<String> dropped) {
    this.dropped = dropped;
    this.parts = new PartsReader(dropped);
  }

  void instructions(JsonNode text) {
    messages.addObject().put("role", "system").set("content", text);
  }

  ArrayNode read(JsonNode input) {
    int before = messages.size();
    if (input.isTextual()) {
      messages.addObject().put("role", "user").set("content", input);
      return messages;
    }
    int index = 0;
    for (var item : input.isArray() ? input : NODES.arrayNode()) {
      item(item, "input/" + index);
      index++;
    }
    if (!reasoning.isEmpty()) {
      settle(assistant(), Optional.empty());
    }
    if (messages.size() == before) {
      throw RequestReader.malformed(
          "\"input\" must be a text or a list of at least one item that a model can be told.");
    }
    return messages;
  }

  private void item(JsonNode item, String place) {
    var type = item.path("type").asText(item.has("role") ? "message" : "");
    switch (type) {
      case "message" -> message(item, place);
      case "reasoning" -> reasoning.add(item);
      case "function_call" -> call(item, "function", "arguments", place);
      case "custom_tool_call" -> call(item, "custom", "input", place);
      case "function_call_output", "custom_tool_call_output" -> output(item, place);
      case "item_reference" ->
          throw RequestReader.malformed(
              "\"%s\" refers to an item that is kept elsewhere: Sallyport keeps none. Send the item."
                  .formatted(place));
      case ImageItem.TYPE -> image(item, place);
      case MORE_TOOLS -> {} // they stand among the tools
      case "" -> throw RequestReader.malformed("\"%s\" must have a \"type\".".formatted(place));
      default -> {
        dropped.add("input." + type);
        return;
      }
    }
    for (var member : item.properties()) {
      if (!READ.contains(member.getKey()) && !saysNothing(member.getValue())) {
        dropped.add("input." + member.getKey());
      }
    }
  }

  /** That a call is the model's own is what every call is that does not say so. */
  private static boolean saysNothing(JsonNode value) {
    return value.isNull()
        || (value.isBoolean() && !value.booleanValue())
        || value.path("type").asText("").equals("direct");
  }

  private void message(JsonNode item, String place) {
    var role = item.path("role").asText("");
    if (!ROLES.contains(role)) {
      throw RequestReader.malformed(
          "\"%s/role\" must be user, assistant, system or developer.".formatted(place));
    }
    var content = item.path("content");
    if (!content.isTextual() && !content.isArray()) {
      throw RequestReader.malformed(
          "\"%s/content\" must be a text or a list of parts.".formatted(place));
    }
    var said = parts.of(content, place + "/content");
    if (!role.equals("assistant")) {
      messages.addObject().put("role", role).set("content", said);
      return;
    }
    // One that wanted tools has not ended yet, or there would be a result.
    var last = open();
    if (last.isPresent() && last.get().has("tool_calls")) {
      settle(last.get(), Optional.empty());
      append(last.get(), said);
    } else {
      var message = messages.addObject().put("role", "assistant");
      message.set("content", said);
      settle(message, Optional.empty());
    }
  }

  /** An image that the model made; what of it has not ended says nothing. */
  private void image(JsonNode item, String place) {
    if (item.hasNonNull("result")) {
      var image = ImageItem.read(text(item, "result", place));
      var message = assistant();
      settle(message, Optional.empty());
      message.withArray("/images").add(image);
    }
  }

  private static void append(ObjectNode message, JsonNode said) {
    var before = message.path("content");
    var all = before instanceof ArrayNode parts ? parts : NODES.arrayNode(); // read here, and ours
    for (var content : before.isArray() ? List.of(said) : List.of(before, said)) {
      if (content.isTextual()) {
        all.addObject().put("type", "text").set("text", content);
      }
      content.forEach(all::add);
    }
    message.set("content", PartsReader.isPlainText(all) ? all.path(0).get("text") : all);
  }

  private void call(JsonNode item, String type, String written, String place) {
    var id = text(item, "call_id", place);
    var name = text(item, "name", place);
    var message = assistant();
    boolean later = message.hasNonNull("content") || message.has("tool_calls");
    settle(message, later ? Optional.of(id) : Optional.empty());
    var given = item.path(written);
    message
        .withArray("/tool_calls")
        .addObject()
        .put("id", id)
        .put("type", type)
        .putObject(type)
        .put("name", name)
        .put(written, given.isContainerNode() ? given.toString() : given.asText(""));
  }

  private void output(JsonNode item, String place) {
    var id = text(item, "call_id", place);
    if (!reasoning.isEmpty()) {
      settle(assistant(), Optional.empty());
    }
    var message = messages.addObject().put("role", "tool").put("tool_call_id", id);
    var output = item.path("output");
    message.set(
        "content",
        output.isTextual() || output.isArray()
            ? parts.of(output, place + "/output")
            : NODES.textNode(output.isMissingNode() ? "" : output.toString()));
  }

  private static String text(JsonNode item, String name, String place) {
    if (item.path(name).asText("").isEmpty()) {
      throw RequestReader.malformed("\"%s/%s\" must be a text.".formatted(place, name));
    }
    return item.path(name).asText();
  }

  /** The message of the assistant's that what comes next is part of. */
  private ObjectNode assistant() {
    return open()
        .orElseGet(() -> {
          var message = messages.addObject().put("role", "assistant");
          return message.putNull("content");
        });
  }

  private Optional<ObjectNode> open() {
    return messages.path(messages.size() - 1) instanceof ObjectNode last
            && last.path("role").asText().equals("assistant")
        ? Optional.of(last)
        : Optional.empty();
  }

  private void settle(ObjectNode message, Optional<String> before) {
    for (var item : reasoning) {
      int index = message.path("reasoning_details").size();
      var details = ReasoningItems.details(item, index, before);
      if (!details.isEmpty()) {
        message.withArray("/reasoning_details").addAll(details);
      }
    }
    reasoning.clear();
  }
}
