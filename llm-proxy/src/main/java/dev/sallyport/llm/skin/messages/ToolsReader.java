package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Turns the tools of a Messages request, and the choice among them, into chat's. */
final class ToolsReader {
  private static final Set<String> HANDLED =
      Set.of("type", "name", "description", "input_schema", "strict", "cache_control");

  private static final Set<String> OF_CHOICE = Set.of("type", "name", "disable_parallel_tool_use");

  private final ObjectNode asked;
  private final ObjectNode chat;
  private final Set<String> dropped;

  ToolsReader(ObjectNode asked, ObjectNode chat, Set<String> dropped) {
    this.asked = asked;
    this.chat = chat;
    this.dropped = dropped;
  }

  void read() {
    Place.check("tools", asked.path("tools"), JsonNode::isArray, "a list");
    Place.check("tool_choice", asked.path("tool_choice"), JsonNode::isObject, "an object");
    var tools = JsonNodeFactory.instance.arrayNode();
    int index = 0;
    for (var tool : asked.path("tools")) {
      read("tools/" + index, tool, tools);
      index++;
    }
    if (!tools.isEmpty()) {
      chat.set("tools", tools);
      choice(asked.path("tool_choice"));
    } else if (Place.says(asked.path("tool_choice"))) {
      dropped.add("tool_choice");
    }
  }

  private void read(String place, JsonNode tool, ArrayNode tools) {
    Place.require(place, tool, JsonNode::isObject, "an object");
    var type = tool.path("type").asText("custom");
    if (!type.equals("custom") && Place.says(tool.path("type"))) {
      dropped.add("tools." + type); // run by Anthropic, and by nobody else
      return;
    }
    Place.require(place + "/name", tool.path("name"), JsonNode::isTextual, "a text");
    Place.require(
        place + "/input_schema", tool.path("input_schema"), JsonNode::isObject, "an object");
    var read = tools.addObject().put("type", "function");
    var function = read.putObject("function");
    function.set("name", tool.path("name"));
    if (tool.path("description").isTextual()) {
      function.set("description", tool.path("description"));
    }
    function.set("parameters", tool.path("input_schema"));
    if (tool.path("strict").isBoolean()) {
      function.set("strict", tool.path("strict"));
    }
    if (tool.path("cache_control").isObject()) {
      read.set("cache_control", tool.path("cache_control"));
    }
    Place.nameOthers("tools", tool, HANDLED, dropped);
  }

  private void choice(JsonNode choice) {
    switch (choice.path("type").asText("")) {
      case "auto" -> chat.put("tool_choice", "auto");
      case "any" -> chat.put("tool_choice", "required");
      case "none" -> chat.put("tool_choice", "none");
      case "tool" -> {
        Place.require("tool_choice/name", choice.path("name"), JsonNode::isTextual, "a text");
        var named = chat.putObject("tool_choice").put("type", "function");
        named.putObject("function").set("name", choice.path("name"));
      }
      default -> Place.check("tool_choice/type", choice, _ -> false, "auto, any, tool or none");
    }
    if (choice.path("disable_parallel_tool_use").booleanValue()) {
      chat.put("parallel_tool_calls", false);
    }
    Place.nameOthers("tool_choice", choice, OF_CHOICE, dropped);
  }
}
