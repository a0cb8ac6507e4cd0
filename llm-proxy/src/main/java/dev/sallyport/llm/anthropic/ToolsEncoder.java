package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Turns the tools of a chat request, and the choice among them, into Anthropic's. */
final class ToolsEncoder {
  private static final String ALLOWED = "allowed_tools";

  private final ObjectNode chat;
  private final Set<String> dropped;

  ToolsEncoder(ObjectNode chat, Set<String> dropped) {
    this.chat = chat;
    this.dropped = dropped;
  }

  void put(ObjectNode out) {
    var tools = tools();
    if (tools.isEmpty()) {
      if (says(chat.path("tool_choice")) && !chat.path("tool_choice").asText().equals("none")) {
        dropped.add("tool_choice");
      }
      return;
    }
    out.set("tools", tools);
    var choice = choice();
    if (chat.path("parallel_tool_calls").isBoolean()
        && !chat.path("parallel_tool_calls").booleanValue()
        && !choice.path("type").asText().equals("none")) {
      if (choice.isEmpty()) {
        choice.put("type", "auto");
      }
      choice.put("disable_parallel_tool_use", true);
    }
    if (!choice.isEmpty()) {
      out.set("tool_choice", choice);
    }
  }

  private ArrayNode tools() {
    var tools = JsonNodeFactory.instance.arrayNode();
    for (var tool : chat.path("tools")) {
      var type = tool.path("type").asText("");
      var name = tool.path("function").path("name");
      if (type.equals("function") && name.isTextual()) {
        if (!isAllowed(name.textValue())) {
          continue;
        }
        tools.add(tool(tool.path("function"), tool.path("cache_control")));
      } else {
        dropped.add("tools." + (type.isEmpty() ? "unknown" : type));
      }
    }
    return tools;
  }

  /** Whether a choice among some tools leaves this one. */
  private boolean isAllowed(String name) {
    var choice = chat.path("tool_choice");
    if (!choice.path("type").asText().equals(ALLOWED)) {
      return true;
    }
    for (var tool : allowed(choice).path("tools")) {
      if (tool.path("function").path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Chat completions nest what is allowed; Responses do not. */
  private static JsonNode allowed(JsonNode choice) {
    return choice.path(ALLOWED).isObject() ? choice.path(ALLOWED) : choice;
  }

  private static ObjectNode tool(JsonNode function, JsonNode cacheControl) {
    var tool = JsonNodeFactory.instance.objectNode();
    tool.set("name", function.path("name"));
    if (function.path("description").isTextual()) {
      tool.set("description", function.path("description"));
    }
    if (function.path("parameters") instanceof ObjectNode parameters && !parameters.isEmpty()) {
      var schema = parameters.deepCopy();
      if (!schema.path("type").isTextual()) {
        schema.put("type", "object");
      }
      tool.set("input_schema", schema);
    } else {
      tool.putObject("input_schema").put("type", "object").putObject("properties");
    }
    if (function.path("strict").booleanValue()) {
      tool.put("strict", true);
    }
    if (cacheControl.isObject()) {
      tool.set("cache_control", cacheControl);
    }
    return tool;
  }

  private ObjectNode choice() {
    var choice = JsonNodeFactory.instance.objectNode();
    var given = chat.path("tool_choice");
    var mode = given.path("type").asText().equals(ALLOWED) ? allowed(given).path("mode") : given;
    if (mode.isTextual()) {
      switch (mode.textValue()) {
        case "none" -> choice.put("type", "none");
        case "auto" -> choice.put("type", "auto");
        case "required" -> choice.put("type", "any");
        default -> dropped.add("tool_choice");
      }
    } else if (given.path("function").path("name").isTextual()) {
      choice.put("type", "tool").set("name", given.path("function").path("name"));
    } else if (says(given)) {
      dropped.add("tool_choice");
    }
    return choice;
  }

  private static boolean says(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }
}
