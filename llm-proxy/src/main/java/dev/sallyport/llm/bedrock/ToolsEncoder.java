package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/**
 * Turns the tools of a chat request, and the choice among them, into Converse's, which has no word
 * for no tool at all, and wants tools wherever a turn has used one.
 */
final class ToolsEncoder {
  /** A tool that stands where there must be one and none may be called. */
  private static final String PLACEHOLDER = "no_tool_available";

  private final ObjectNode chat;
  private final Family family;
  private final Set<String> dropped;

  ToolsEncoder(ObjectNode chat, Family family, Set<String> dropped) {
    this.chat = chat;
    this.family = family;
    this.dropped = dropped;
  }

  /**
   * Puts the tools into a request.
   *
   * @param used whether any turn has used a tool
   */
  void put(ObjectNode out, boolean used) {
    var given = chat.path("tool_choice");
    var tools = given.asText("").equals("none") ? JsonNodeFactory.instance.arrayNode() : tools();
    if (tools.isEmpty()) {
      if (says(given) && !given.asText("").equals("none")) {
        dropped.add("tool_choice");
      }
      if (used) {
        tools.add(placeholder());
        out.putObject("toolConfig").set("tools", tools);
      }
      return;
    }
    var config = out.putObject("toolConfig");
    config.set("tools", tools);
    var choice = choice(given);
    if (isFalse(chat.path("parallel_tool_calls"))) {
      oneAtATime(out, choice);
    } else if (!choice.isEmpty()) {
      config.set("toolChoice", choice);
    }
  }

  /** Anthropic's models are told in their own words, which then are the only ones. */
  private void oneAtATime(ObjectNode out, ObjectNode choice) {
    if (family != Family.ANTHROPIC) {
      dropped.add("parallel_tool_calls");
      if (!choice.isEmpty()) {
        out.withObjectProperty("toolConfig").set("toolChoice", choice);
      }
      return;
    }
    var own = out.withObjectProperty("additionalModelRequestFields").putObject("tool_choice");
    if (choice.has("tool")) {
      own.put("type", "tool").set("name", choice.path("tool").path("name"));
    } else {
      own.put("type", choice.has("any") ? "any" : "auto");
    }
    own.put("disable_parallel_tool_use", true);
  }

  private ArrayNode tools() {
    var tools = JsonNodeFactory.instance.arrayNode();
    var allowed = allowed();
    for (var tool : chat.path("tools")) {
      var type = tool.path("type").asText("");
      var name = tool.path("function").path("name");
      if (!type.equals("function") || !name.isTextual()) {
        dropped.add("tools." + (type.isEmpty() ? "unknown" : type));
      } else if (allowed.isEmpty() || allowed.contains(name.textValue())) {
        tools.addObject().set("toolSpec", spec(tool.path("function")));
        CachePoints.add(tools, tool.path("cache_control"));
      }
    }
    return tools;
  }

  private Set<String> allowed() {
    var allowed = new HashSet<String>();
    var given = chat.path("tool_choice");
    if (given.path("type").asText("").equals("allowed_tools")) {
      for (var tool : given.path("allowed_tools").path("tools")) {
        allowed.add(tool.path("function").path("name").asText(""));
      }
    }
    return allowed;
  }

  private static ObjectNode spec(JsonNode function) {
    var spec = JsonNodeFactory.instance.objectNode();
    spec.put("name", Names.bedrocks(function.path("name").textValue()));
    if (!function.path("description").asText("").isEmpty()) {
      spec.set("description", function.path("description"));
    }
    var schema =
        function.path("parameters") instanceof ObjectNode parameters && !parameters.isEmpty()
            ? parameters.deepCopy()
            : empty();
    if (!schema.path("type").isTextual()) {
      schema.put("type", "object");
    }
    spec.putObject("inputSchema").set("json", schema);
    if (function.path("strict").booleanValue()) {
      spec.put("strict", true);
    }
    return spec;
  }

  private static ObjectNode empty() {
    var schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    schema.putObject("properties");
    return schema;
  }

  private static ObjectNode placeholder() {
    var tool = JsonNodeFactory.instance.objectNode();
    var spec = tool.putObject("toolSpec").put("name", PLACEHOLDER);
    spec.put("description", "Not to be called: there is no tool now.");
    spec.putObject("inputSchema").set("json", empty());
    return tool;
  }

  private ObjectNode choice(JsonNode given) {
    var choice = JsonNodeFactory.instance.objectNode();
    var named = given.path("function").path("name");
    var word =
        given.isTextual() ? given.textValue() : given.path("allowed_tools").path("mode").asText("");
    if (named.isTextual()) {
      choice.putObject("tool").put("name", Names.bedrocks(named.textValue()));
    } else if (word.equals("auto")) {
      choice.putObject("auto");
    } else if (word.equals("required")) {
      choice.putObject("any");
    } else if (says(given)) {
      dropped.add("tool_choice");
    }
    return choice;
  }

  private static boolean says(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }

  private static boolean isFalse(JsonNode flag) {
    return flag.isBoolean() && !flag.booleanValue();
  }
}
