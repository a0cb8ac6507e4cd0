package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tools, and the choice among them, in both forms: what the chat form has in an object of its own
 * stands beside the type in the other.
 */
public final class ToolForms {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> WORDS = Set.of("auto", "none", "required");
  private static final List<String> OF_FUNCTION =
      List.of("name", "description", "parameters", "strict");
  private static final Set<String> KNOWN =
      Set.of("type", "name", "description", "parameters", "strict", "format");

  private ToolForms() {}

  /** A tool in chat form; empty if chat has none of its type. */
  public static Optional<ObjectNode> toChat(JsonNode tool) {
    var type = tool.path("type").asText("");
    var chat = NODES.objectNode().put("type", type);
    switch (type) {
      case "function" -> copy(tool, chat.putObject(type), OF_FUNCTION);
      case "custom" -> {
        var custom = chat.putObject(type);
        copy(tool, custom, List.of("name", "description"));
        var format = tool.path("format");
        if (format.path("type").asText("").equals("grammar")) {
          copy(
              format,
              custom.putObject("format").put("type", "grammar").putObject("grammar"),
              List.of("syntax", "definition"));
        } else {
          copy(tool, custom, List.of("format"));
        }
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(chat);
  }

  /** What a tool that chat has says beside what chat has of it. */
  public static List<String> beside(JsonNode tool) {
    var type = tool.path("type").asText("");
    if (!type.equals("function") && !type.equals("custom")) {
      return List.of();
    }
    return tool.properties().stream()
        .filter(member -> !member.getValue().isNull() && !KNOWN.contains(member.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A tool of a chat request; empty if it has no place among responses. */
  static Optional<ObjectNode> toResponses(JsonNode tool) {
    var type = tool.path("type").asText("function");
    var responses = NODES.objectNode().put("type", type);
    switch (type) {
      case "function" -> {
        copy(tool.path(type), responses, OF_FUNCTION);
        if (!responses.path("parameters").isObject()) {
          responses.putObject("parameters").put("type", "object").putObject("properties");
        }
        if (!responses.path("strict").isBoolean()) {
          responses.put("strict", false); // else, unlike in chat, it would be
        }
      }
      case "custom" -> {
        copy(tool.path(type), responses, List.of("name", "description", "format"));
        var grammar = responses.path("format").path("grammar");
        if (grammar.isObject()) {
          copy(
              grammar,
              responses.putObject("format").put("type", "grammar"),
              List.of("syntax", "definition"));
        }
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(responses);
  }

  /** The choice among tools in chat form; empty if chat has no such choice. */
  public static Optional<JsonNode> choiceToChat(JsonNode choice) {
    if (choice.isTextual()) {
      return WORDS.contains(choice.textValue()) ? Optional.of(choice) : Optional.empty();
    }
    var type = choice.path("type").asText("");
    var chat = NODES.objectNode().put("type", type);
    switch (type) {
      case "function", "custom" -> chat.putObject(type).set("name", choice.path("name"));
      case "allowed_tools" -> {
        var allowed = chat.putObject(type);
        copy(choice, allowed, List.of("mode"));
        var tools = allowed.putArray("tools");
        for (var one : choice.path("tools")) {
          var named = choiceToChat(one);
          if (named.isEmpty() || named.get().isTextual()) {
            return Optional.empty();
          }
          tools.add(named.get());
        }
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(chat);
  }

  /** The choice of a chat request; empty if it has no place among responses. */
  static Optional<JsonNode> choiceToResponses(JsonNode choice) {
    if (choice.isTextual()) {
      return WORDS.contains(choice.textValue()) ? Optional.of(choice) : Optional.empty();
    }
    var type = choice.path("type").asText("");
    var responses = NODES.objectNode().put("type", type);
    switch (type) {
      case "function", "custom" -> responses.set("name", choice.path(type).path("name"));
      case "allowed_tools" -> {
        copy(choice.path(type), responses, List.of("mode"));
        var tools = responses.putArray("tools");
        for (var one : choice.path(type).path("tools")) {
          var named = choiceToResponses(one);
          if (named.isEmpty()) {
            return Optional.empty();
          }
          tools.add(named.get());
        }
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(responses);
  }

  private static void copy(JsonNode from, ObjectNode to, List<String> names) {
    for (var name : names) {
      if (from.hasNonNull(name)) {
        to.set(name, from.get(name));
      }
    }
  }
}
