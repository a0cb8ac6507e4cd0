package dev.sallyport.gateway.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Tasks of users with every call and what it returns, and goals of attackers with the calls that
 * reach them. The JSON has {@code suites}, each with {@code vectors}, {@code tools}, {@code
 * user_tasks} and {@code injection_tasks}; in results, <code>{{INJ:vector}}</code> stands where an
 * outsider can write.
 */
record Corpus(String name, List<Suite> suites) {
  private static final JsonMapper JSON = new JsonMapper();

  /** One kind of work: its tools, the tasks done with them, and what attackers want of them. */
  record Suite(
      String name,
      Map<String, String> vectors,
      List<ObjectNode> tools,
      List<Task> tasks,
      List<Goal> goals) {
    /** The tools with consequences: those that attackers want called. */
    Set<String> sinks() {
      return goals.stream()
          .flatMap(goal -> goal.calls().stream())
          .map(Call::tool)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /**
   * What a user wants.
   *
   * @param visible the vectors that stand in what its calls return
   */
  record Task(String id, String prompt, List<Step> steps, List<String> visible) {}

  /**
   * A call on the way, and what it returns.
   *
   * @param text what the tool prints
   * @param error what a tool that fails says
   */
  record Step(Call call, JsonNode result, String text, Optional<String> error) {
    /** Whether the tool prints its result as JSON, which stays JSON whatever is written into it. */
    boolean printsJson() {
      try {
        return error.isEmpty() && result.isContainerNode() && JSON.readTree(text).equals(result);
      } catch (IOException _) {
        return false;
      }
    }
  }

  /** What an attacker wants. */
  record Goal(String id, String text, List<Call> calls) {}

  /** A call of a tool. */
  record Call(String tool, ObjectNode arguments) {}

  /**
   * Reads what the product brings along.
   *
   * @throws IOException if it is not there, which is a fault of the build
   */
  static List<Corpus> own() throws IOException {
    try (var in = Corpus.class.getResourceAsStream("/eval/scenarios.json")) {
      if (in == null) {
        throw new IOException("the scenarios of the product are not in this build");
      }
      return List.of(of("own", JSON.readTree(in)));
    }
  }

  /**
   * Reads each {@code .json} of a folder, or one file.
   *
   * @throws IOException if there is none, or one is of another shape; the message names it
   */
  static List<Corpus> read(Path place) throws IOException {
    var corpora = new ArrayList<Corpus>();
    for (var file : files(place)) {
      try {
        corpora.add(of(name(file), JSON.readTree(file.toFile())));
      } catch (IOException e) {
        throw new IOException("%s cannot be used: %s".formatted(file, e.getMessage()), e);
      }
    }
    return corpora;
  }

  private static List<Path> files(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (var all = Files.list(place)) {
      var files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      if (files.isEmpty()) {
        throw new IOException("%s holds no .json with suites".formatted(place));
      }
      return files;
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
  }

  private static Corpus of(String name, JsonNode tree) throws IOException {
    if (!(tree.get("suites") instanceof ObjectNode suites) || suites.isEmpty()) {
      throw new IOException("it has no suites");
    }
    var read = new ArrayList<Suite>();
    for (var suite : suites.properties()) {
      read.add(suite(suite.getKey(), suite.getValue()));
    }
    return new Corpus(name, List.copyOf(read));
  }

  private static Suite suite(String name, JsonNode tree) throws IOException {
    var vectors = new LinkedHashMap<String, String>();
    tree.path("vectors")
        .properties()
        .forEach(one -> vectors.put(one.getKey(), one.getValue().asText()));
    var tools = new ArrayList<ObjectNode>();
    for (var tool : tree.path("tools")) {
      tools.add(tool(required(tool, "name").asText(), tool));
    }
    var tasks = new ArrayList<Task>();
    for (var task : tree.path("user_tasks")) {
      tasks.add(task(task, vectors));
    }
    var goals = new ArrayList<Goal>();
    for (var goal : tree.path("injection_tasks")) {
      var calls = calls(goal.path("ground_truth_calls"));
      if (!calls.isEmpty()) {
        goals.add(new Goal(goal.path("id").asText(), required(goal, "goal").asText(), calls));
      }
    }
    return new Suite(name, vectors, tools, tasks, goals);
  }

  /** A definition as MCP has it. */
  private static ObjectNode tool(String name, JsonNode tool) {
    var definition = JsonNodeFactory.instance.objectNode().put("name", name);
    definition.put("description", tool.path("description").asText());
    var schema =
        tool.get("parameters") instanceof ObjectNode given
            ? given.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    definition.set("inputSchema", schema.put("type", "object"));
    if (tool.get("outputSchema") instanceof ObjectNode output) {
      definition.set("outputSchema", output);
    }
    return definition;
  }

  private static Task task(JsonNode tree, Map<String, String> vectors) throws IOException {
    var steps = new ArrayList<Step>();
    for (var step : tree.path("steps")) {
      steps.add(
          new Step(
              call(Attack.filled(step, vector -> vectors.getOrDefault(vector, ""))),
              step.path("result"),
              step.path("result_text").asText(),
              Optional.ofNullable(step.path("error").textValue())));
    }
    var visible =
        StreamSupport.stream(tree.path("visible_vectors").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    return new Task(tree.path("id").asText(), tree.path("prompt").asText(), steps, visible);
  }

  private static List<Call> calls(JsonNode trees) throws IOException {
    var calls = new ArrayList<Call>();
    for (var tree : trees) {
      calls.add(call(tree));
    }
    return calls;
  }

  private static Call call(JsonNode tree) throws IOException {
    var arguments =
        tree.get("args") instanceof ObjectNode given
            ? given
            : JsonNodeFactory.instance.objectNode();
    return new Call(required(tree, "tool").asText(), arguments);
  }

  private static JsonNode required(JsonNode tree, String member) throws IOException {
    var value = tree.get(member);
    if (value == null) {
      throw new IOException("a member %s is missing".formatted(member));
    }
    return value;
  }
}
