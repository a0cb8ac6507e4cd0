package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnRequest.ServerChoice;
import dev.sallyport.gateway.turn.TurnTools.Wanted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools that one turn offers to its model, and what each of their names stands for. */
final class ToolTable {
  private static final int LONGEST_NAME = 64;
  private static final String SEPARATOR = "__";

  private final Map<String, ServerTool> serverTools = new LinkedHashMap<>();
  private final List<ObjectNode> definitions = new ArrayList<>();

  /** Adds the caller's own tools. */
  void addFunctions(List<ObjectNode> functions) {
    definitions.addAll(functions);
  }

  /** Adds the tools of a server, and gives back those that the model is offered. */
  List<ObjectNode> addServer(ServerChoice choice, List<ObjectNode> tools) {
    var offered = new ArrayList<ObjectNode>();
    for (var tool : tools) {
      var name = tool.path("name").asText();
      if (!choice.allowedTools().isEmpty()
          && !choice.allowedTools().contains(name)
          && !isTurnOperation(name)) {
        continue;
      }
      offered.add(tool);
      offer(choice, name, tool);
    }
    return offered;
  }

  private void offer(ServerChoice choice, String name, ObjectNode tool) {
    var modelName = free(modelName(choice.label(), name), isTurnOperation(name));
    if (modelName.isEmpty()) {
      return;
    }
    serverTools.put(modelName.get(), new ServerTool(choice, name));
    definitions.add(function(modelName.get(), tool));
  }

  private static ObjectNode function(String name, ObjectNode tool) {
    var function =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name)
            .put("description", tool.path("description").asText(""));
    function.set("parameters", tool.path("inputSchema"));
    return JsonNodeFactory.instance.objectNode().put("type", "function").set("function", function);
  }

  /** Adds what can be done in every turn, unless there is something of the same name. */
  void addOperations(List<ObjectNode> operations) {
    var all = new ServerChoice(ServerChoice.ALL, Optional.empty(), List.of());
    for (var operation : operations) {
      var name = operation.path("name").asText();
      if (!offers(name)) {
        offer(all, name, operation);
      }
    }
  }

  /** An operation of the turn is the same whichever server brought it, so it is offered once. */
  private Optional<String> free(String wanted, boolean once) {
    if (!serverTools.containsKey(wanted)) {
      return Optional.of(wanted);
    }
    if (once) {
      return Optional.empty();
    }
    int number = 2;
    while (true) {
      var suffix = "_" + number++;
      var stem = wanted.substring(0, Math.min(wanted.length(), LONGEST_NAME - suffix.length()));
      if (!serverTools.containsKey(stem + suffix)) {
        return Optional.of(stem + suffix);
      }
    }
  }

  /**
   * The name under which the model knows a tool: of the letters that every provider takes, and at
   * most 64 of them.
   */
  static String modelName(String label, String tool) {
    var whole =
        label.isEmpty() || label.equals(ServerChoice.ALL) || isTurnOperation(tool)
            ? tool
            : label + SEPARATOR + tool;
    var plain = whole.replaceAll("[^A-Za-z0-9_-]", "_");
    return plain.substring(0, Math.min(plain.length(), LONGEST_NAME));
  }

  private static boolean isTurnOperation(String tool) {
    return tool.startsWith("q_");
  }

  /** What a name stands for; empty for a tool of the caller's own. */
  Optional<ServerTool> find(String modelName) {
    return Optional.ofNullable(serverTools.get(modelName));
  }

  /** What a name stands for, or would if it had been offered. */
  ServerTool named(List<ServerChoice> servers, String modelName) {
    return find(modelName).orElseGet(() -> missing(servers, modelName));
  }

  /**
   * What a name that was not offered would be: a tool of the server whose label it begins with, or
   * else of the first.
   */
  private static ServerTool missing(List<ServerChoice> servers, String modelName) {
    var all = new ServerChoice(ServerChoice.ALL, Optional.empty(), List.of());
    return servers.stream()
        .filter(choice -> modelName.startsWith(choice.label() + SEPARATOR))
        .map(choice ->
            new ServerTool(
                choice, modelName.substring(choice.label().length() + SEPARATOR.length())))
        .findFirst()
        .orElseGet(() -> new ServerTool(servers.stream().findFirst().orElse(all), modelName));
  }

  /** Whether the model was offered a tool of this name at all. */
  boolean offers(String modelName) {
    return definitions.stream()
        .anyMatch(tool -> tool.path("function").path("name").asText().equals(modelName));
  }

  /** The definitions as a list of tools shows them. */
  static ArrayNode listed(List<ObjectNode> offered) {
    var list = JsonNodeFactory.instance.arrayNode();
    for (var tool : offered) {
      var entry = list.addObject();
      entry.set("name", tool.path("name"));
      entry.set("description", tool.path("description"));
      entry.set("input_schema", tool.path("inputSchema"));
      entry.set("annotations", tool.hasNonNull("annotations") ? tool.get("annotations") : null);
    }
    return list;
  }

  /** The definitions in chat form. */
  List<ObjectNode> definitions() {
    return definitions;
  }

  /** A tool of a server, by the server's own name for it. */
  record ServerTool(ServerChoice choice, String tool) {
    Wanted wanted() {
      return new Wanted(choice.server(), tool);
    }
  }
}
