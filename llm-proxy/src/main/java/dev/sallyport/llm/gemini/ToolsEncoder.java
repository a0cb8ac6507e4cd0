package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Turns the tools of a chat request, and the choice among them, into Gemini's. */
final class ToolsEncoder {
  private static final String MODE = "mode";

  private final ObjectNode chat;
  private final GeminiModel model;
  private final Set<String> dropped;
  private boolean strict;

  ToolsEncoder(ObjectNode chat, GeminiModel model, Set<String> dropped) {
    this.chat = chat;
    this.model = model;
    this.dropped = dropped;
  }

  void put(ObjectNode out) throws CannotCarryException {
    var choice = chat.path("tool_choice");
    var mayCall = mayCall(choice);
    var declarations = declarations(mayCall);
    if (declarations.isEmpty()) {
      if (!choice.isMissingNode() && !choice.isNull() && !choice.asText("").equals("none")) {
        dropped.add("tool_choice");
      }
      return;
    }
    out.putArray("tools").addObject().set("functionDeclarations", declarations);
    var config = config(choice, mayCall);
    if (!config.isEmpty()) {
      out.putObject("toolConfig").set("functionCallingConfig", config);
    }
  }

  /** The tools that the choice allows, where it names some; empty if it names none. */
  private static List<String> mayCall(JsonNode choice) {
    var names = new ArrayList<String>();
    for (var tool : choice.at("/allowed_tools/tools")) {
      names.add(tool.at("/function/name").asText(""));
    }
    return names;
  }

  private ArrayNode declarations(List<String> mayCall) throws CannotCarryException {
    var declarations = JsonNodeFactory.instance.arrayNode();
    int index = 0;
    for (var tool : chat.path("tools")) {
      var place = "tools/" + index++;
      var type = tool.path("type").asText("");
      var function = tool.path("function");
      if (!type.equals("function") || !function.path("name").isTextual()) {
        dropped.add("tools." + (type.isEmpty() ? "unknown" : type));
        continue;
      }
      if (tool.path("cache_control").isObject()) {
        dropped.add("cache_control");
      }
      if (mayCall.isEmpty() || mayCall.contains(function.path("name").textValue())) {
        declarations.add(declaration(function, place + "/function"));
      }
    }
    return declarations;
  }

  private ObjectNode declaration(JsonNode function, String place) throws CannotCarryException {
    var declaration = JsonNodeFactory.instance.objectNode();
    declaration.put(
        "name", FunctionName.theirs(function.path("name").textValue(), place + "/name"));
    if (function.path("description").isTextual()) {
      declaration.set("description", function.path("description"));
    }
    if (function.path("parameters") instanceof ObjectNode given && !given.isEmpty()) {
      var subset = new SchemaSubset(given, place + "/parameters");
      var parameters = subset.convertedObject();
      subset.lost().forEach(name -> dropped.add("tools.parameters." + name));
      if (!parameters.path("properties").isEmpty()) {
        declaration.set("parameters", parameters);
      }
    }
    if (function.path("strict").booleanValue()) {
      strict = true;
    }
    return declaration;
  }

  private ObjectNode config(JsonNode choice, List<String> mayCall) throws CannotCarryException {
    var config = JsonNodeFactory.instance.objectNode();
    var named = choice.at("/function/name");
    if (named.isTextual()) {
      var name = FunctionName.theirs(named.textValue(), "tool_choice/function/name");
      config.put(MODE, "ANY").putArray("allowedFunctionNames").add(name);
      return config;
    }
    var mode = mayCall.isEmpty() ? choice : choice.at("/allowed_tools/mode");
    switch (mode.asText("")) {
      case "required" -> config.put(MODE, "ANY");
      case "none" -> config.put(MODE, "NONE");
      case "auto" -> free(config.put(MODE, "AUTO"));
      default -> {
        free(config);
        if (!choice.isMissingNode() && !choice.isNull()) {
          dropped.add("tool_choice");
        }
      }
    }
    return config;
  }

  /** A model that is free to call no tool is held to their schemas only if that is asked for. */
  private void free(ObjectNode config) {
    if (strict && model.validates()) {
      config.put(MODE, "VALIDATED");
    } else if (strict) {
      dropped.add("tools.strict");
    }
  }
}
