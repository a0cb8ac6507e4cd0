package dev.sallyport.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.it.WireScript.Ask;
import dev.sallyport.it.WireScript.Header;
import dev.sallyport.it.WireScript.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Exchanges that are random, from fixed seeds: with what fits, and with what does not. */
final class RandomScripts {
  private static final String NEWER = "2026-07-28";
  private static final int SCRIPTS = 8;
  private static final int ASKS = 12;
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> TEXTS =
      List.of(
          "",
          "plain",
          " a b ",
          "\u00e9\u20ac\ud83d\ude80",
          "\u0000\u001f\u2028\\\"/",
          "{{ref}}",
          "data: x\n\nid: 1",
          "x".repeat(5_000));
  private static final List<String> NAMES =
      List.of(
          "message", "", "a/b~c", "__proto__", "constructor", "$ref", "\u00e9", "phone", "name");
  private static final List<String> TOOLS =
      List.of(
          "echo_structured",
          "json_schema_2020_12_tool",
          "test_simple_text",
          "test_multiple_content_types",
          "test_error_handling",
          "link_resource",
          "no_such_tool",
          "ECHO_STRUCTURED");
  private static final List<String> PROMPTS =
      List.of("test_simple_prompt", "test_prompt_with_arguments", "test_prompt_with_image", "none");
  private static final List<String> URIS =
      List.of(
          "test://static-text",
          "test://static-binary",
          "test://template/1/data",
          "test://template/%20%C3%A9/data",
          "test://template//data",
          "test://static-text#part",
          "file:///etc/passwd",
          "nothing");
  private static final List<String> LISTS =
      List.of("tools/list", "prompts/list", "resources/list", "resources/templates/list");
  private static final List<String> LEVELS = List.of("debug", "info", "warning", "emergency");

  private final Random random;
  private final boolean newer;

  private RandomScripts(long seed, boolean newer) {
    this.random = new Random(seed);
    this.newer = newer;
  }

  /** The exchanges of a revision: each time the same. */
  static List<WireScript> of(String revision) {
    return IntStream.range(0, SCRIPTS)
        .mapToObj(seed -> new RandomScripts(seed, revision.equals(NEWER)).script("random " + seed))
        .toList();
  }

  private WireScript script(String name) {
    var steps = new ArrayList<Step>();
    for (int i = 0; i < ASKS; i++) {
      if (random.nextInt(4) == 0) {
        steps.add(
            new Header(
                "Content-Type",
                pick(List.of("Application/JSON", "application/json; charset=utf-8"))));
      }
      if (random.nextInt(8) == 0) {
        mirrored(steps);
      } else {
        steps.add(ask());
      }
    }
    return new WireScript(name, steps);
  }

  private Ask ask() {
    var params = JSON.createObjectNode();
    if (random.nextInt(3) == 0) {
      meta(params.putObject("_meta"));
    }
    if (random.nextInt(4) == 0) {
      params.set("unknown", value(2));
    }
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> new Ask("tools/call", call(params, pick(TOOLS)));
      case 4 -> new Ask("tools/call", telling(params));
      case 5 -> new Ask("prompts/get", prompt(params));
      case 6, 7 -> new Ask("resources/read", params.put("uri", pick(URIS)));
      case 8 -> new Ask("completion/complete", completion(params));
      case 9 -> new Ask(pick(LISTS), params);
      case 10 -> new Ask(pick(List.of("ping", "no/such", "tools/CALL")), params);
      default ->
          newer
              ? new Ask("server/discover", params)
              : new Ask("logging/setLevel", params.put("level", pick(LEVELS)));
    };
  }

  private ObjectNode call(ObjectNode params, String tool) {
    params.put("name", tool);
    return switch (random.nextInt(8)) {
      case 0 -> params;
      case 1 -> params.set("arguments", pick(List.of(JSON.nullNode(), JSON.createArrayNode())));
      case 2, 3, 4 -> {
        var arguments = JSON.createObjectNode().put("message", pick(TEXTS));
        yield params.set(
            "arguments", arguments.put("phone", pick(TEXTS)).put("contactMethod", "phone"));
      }
      default -> params.set("arguments", object(4));
    };
  }

  /** A call of a tool that tells something before it answers. */
  private ObjectNode telling(ObjectNode params) {
    params.putObject("arguments");
    var token = pick(List.of("7", "0", "-1", "\"\"", "\"token\"", "9007199254740991"));
    params.withObjectProperty("_meta").set("progressToken", read(token));
    return params.put("name", pick(List.of("test_tool_with_progress", "test_tool_with_logging")));
  }

  private ObjectNode prompt(ObjectNode params) {
    var arguments = params.put("name", pick(PROMPTS)).putObject("arguments");
    for (var name : List.of("arg1", "arg2", "arg3")) {
      if (random.nextInt(5) > 0) {
        arguments.put(name, pick(TEXTS));
      }
    }
    return params;
  }

  private ObjectNode completion(ObjectNode params) {
    if (random.nextBoolean()) {
      params.putObject("ref").put("type", "ref/prompt").put("name", pick(PROMPTS));
      params.putObject("argument").put("name", "arg1");
    } else {
      var uri = pick(List.of("test://template/{id}/data", "test://none/{id}"));
      params.putObject("ref").put("type", "ref/resource").put("uri", uri);
      params.putObject("argument").put("name", pick(List.of("id", "other")));
    }
    params.withObjectProperty("argument").put("value", pick(List.of("", "1", "12", "\u00e9")));
    return params;
  }

  /** A call with an argument that a header repeats, or should. */
  private void mirrored(List<Step> steps) {
    var region = pick(List.of("north", "a b", "=?base64?eA==?="));
    if (newer && random.nextBoolean()) {
      var said = pick(List.of(region, "south", "=?base64?bm9ydGg=?=", "=?base64?bm9ydGg?="));
      steps.add(new Header("Mcp-Param-Region", said));
    }
    var params = JSON.createObjectNode().put("name", "test_x_mcp_header");
    params.putObject("arguments").put("region", region);
    steps.add(new Ask("tools/call", params));
  }

  private void meta(ObjectNode meta) {
    meta.set(pick(List.of("x", "example.org/a")), value(3));
    if (newer && random.nextBoolean()) {
      meta.put("io.modelcontextprotocol/logLevel", pick(LEVELS));
    }
  }

  private JsonNode value(int depth) {
    return switch (depth == 0 ? random.nextInt(2) : random.nextInt(4)) {
      case 0 -> JSON.getNodeFactory().textNode(pick(TEXTS));
      case 1 -> read(pick(List.of("0", "-1", "1.50", "1E+2", "9007199254740991", "true", "null")));
      case 2 -> object(depth);
      default -> JSON.createArrayNode().add(value(depth - 1)).add(value(depth - 1));
    };
  }

  private ObjectNode object(int depth) {
    var object = JSON.createObjectNode();
    for (var name : NAMES) {
      if (random.nextInt(4) == 0) {
        object.set(name, value(Math.max(0, depth - 1)));
      }
    }
    return object;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
