package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What Anthropic refuses. */
final class MessagesRules {
  static final String CALL_PREFIX = "toolu_";

  private static final String WITH_SAMPLING = "2023-06-01";
  private static final Set<String> VERSIONS = Set.of(WITH_SAMPLING, "2026-10-21");
  private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
  private static final int LEAST_BUDGET = 1_024;

  /** Where null is a value, or allowed. */
  private static final Set<String> FREE = Set.of("input", "input_schema", "schema", "citations");

  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "system",
          "temperature",
          "top_p",
          "top_k",
          "stop_sequences",
          "stream",
          "tools",
          "tool_choice",
          "metadata",
          "output_config",
          "service_tier",
          "thinking",
          "cache_control",
          "container",
          "context_management",
          "inference_geo",
          "mcp_servers");
  private static final Set<String> THINKING = Set.of("thinking", "redacted_thinking");
  private static final Set<String> BLOCKS =
      Set.of(
          "text",
          "image",
          "document",
          "search_result",
          "container_upload",
          "server_tool_use",
          "web_search_tool_result",
          "web_fetch_tool_result",
          "code_execution_tool_result",
          "mcp_tool_use",
          "mcp_tool_result",
          "tool_use",
          "tool_result",
          "thinking",
          "redacted_thinking");

  private MessagesRules() {}

  static void check(Received request, Seals seals) {
    require(request.method().equals("POST"), "method");
    require(request.header("content-type").startsWith("application/json"), "content type");
    var body = request.json();
    require(body.path("model").isTextual(), "model: field required");
    var version = request.header("anthropic-version");
    require(VERSIONS.contains(version), "anthropic-version");
    if (!version.equals(WITH_SAMPLING)) {
      laterVersion(body);
    }
    body(body, !request.route().endsWith("/count_tokens"), seals);
  }

  /** What the version of 2026-10-21 refuses beside. Source: Anthropic, "Versions". */
  private static void laterVersion(ObjectNode body) {
    require(SAMPLING.stream().noneMatch(body::has), "the parameters of sampling are removed");
    for (var message : body.path("messages")) {
      boolean assistant = message.path("role").asText().equals("assistant");
      for (var block : message.path("content")) {
        require(
            !assistant || !block.path("type").asText().equals("document"),
            "documents are not permitted in messages of the assistant");
        require(
            assistant || block.path("citations").isEmpty(),
            "citations are not permitted in messages of the user");
      }
    }
  }

  /** What a body must be on any of the clouds. */
  static void body(ObjectNode body, boolean limited, Seals seals) {
    require(body.path("messages").isArray() && !body.path("messages").isEmpty(), "messages");
    body.fieldNames()
        .forEachRemaining(name -> require(FIELDS.contains(name), name + ": Extra inputs"));
    noNulls(body, "");
    require(!limited || body.path("max_tokens").isInt(), "max_tokens: Field required");
    if (body.has("temperature")) {
      var temperature = body.path("temperature").asDouble();
      require(temperature >= 0 && temperature <= 1, "temperature: range: 0..1");
    }
    if (body.path("output_config").has("format")) {
      SchemaRules.anthropic(body.at("/output_config/format/schema"));
    }
    thinking(body);
    tools(body);
    messages(body, seals);
  }

  private static void thinking(ObjectNode body) {
    var thinking = body.path("thinking");
    var type = thinking.path("type").asText("disabled");
    if (type.equals("disabled")) {
      return;
    }
    require(
        body.path("temperature").asDouble(1) == 1 && !body.has("top_p") && !body.has("top_k"),
        "temperature may only be set to 1, and top_p and top_k must be unset, with thinking");
    var choice = body.at("/tool_choice/type").asText("auto");
    require(
        choice.equals("auto") || choice.equals("none"),
        "Thinking may not be enabled when tool_choice forces tool use");
    if (!type.equals("enabled")) {
      return;
    }
    var budget = thinking.path("budget_tokens");
    require(
        budget.isInt() && budget.asInt() >= LEAST_BUDGET,
        "thinking.budget_tokens: Input should be greater than or equal to 1024");
    require(
        !body.has("max_tokens") || body.path("max_tokens").asInt() > budget.asInt(),
        "max_tokens must be greater than thinking.budget_tokens");
  }

  private static void tools(ObjectNode body) {
    require(
        !body.has("tool_choice") || body.path("tools").size() > 0,
        "tool_choice may only be specified while providing tools");
    for (var tool : body.path("tools")) {
      boolean ofServer = tool.has("type") && !tool.path("type").asText().equals("custom");
      require(TOOL_NAME.matcher(tool.path("name").asText()).matches(), "tools: name");
      require(
          ofServer || tool.path("input_schema").path("type").asText().equals("object"),
          "tools: input_schema must be an object");
    }
  }

  private static void messages(ObjectNode body, Seals seals) {
    var expected = "user";
    Set<String> open = new HashSet<>();
    Set<String> used = new HashSet<>();
    for (var message : body.path("messages")) {
      var role = message.path("role").asText();
      require(role.equals("user") || role.equals("assistant"), "role " + role);
      require(role.equals(expected), "roles must alternate, beginning with user");
      expected = role.equals("user") ? "assistant" : "user";
      if (role.equals("user")) {
        results(message.path("content"), open);
        open.clear();
      }
      blocks(message.path("content"), open, used);
      if (role.equals("assistant")) {
        thoughts(message.path("content"), seals, isOff(body));
      }
    }
    require(open.isEmpty(), "tool_use ids were found without tool_result blocks: " + open);
    inLoop(body);
  }

  private static boolean isOff(ObjectNode body) {
    return body.at("/thinking/type").asText().equals("disabled");
  }

  /** The calls of the message before must all be answered in this one, and nothing else. */
  private static void results(JsonNode content, Set<String> open) {
    Set<String> answered = new HashSet<>();
    for (var block : content) {
      if (block.path("type").asText().equals("tool_result")) {
        var id = block.path("tool_use_id").asText();
        require(open.contains(id), "unexpected tool_use_id found in tool_result blocks: " + id);
        require(answered.add(id), "each tool_use must have a single result: " + id);
      }
    }
    require(answered.equals(open), "tool_use ids were found without tool_result blocks: " + open);
  }

  private static void blocks(JsonNode content, Set<String> open, Set<String> used) {
    require(!content.isEmpty() || !content.asText().isEmpty(), "content must not be empty");
    boolean othersBefore = false;
    for (var block : content) {
      var type = block.path("type").asText();
      require(BLOCKS.contains(type), "unknown block " + type);
      switch (type) {
        case "text" ->
            require(!block.path("text").asText().isBlank(), "text blocks must be non-empty");
        case "tool_use" -> {
          var id = block.path("id").asText();
          require(block.path("input").isObject(), "tool_use.input must be an object");
          require(ID.matcher(id).matches(), "tool_use.id: String should match pattern");
          require(used.add(id), "tool_use ids must be unique");
          open.add(id);
        }
        case "tool_result" -> require(!othersBefore, "tool_result blocks come first");
        default -> {}
      }
      othersBefore |= !type.equals("tool_result");
    }
  }

  /** Thoughts come back as they were, and before the calls that they led to, all of them. */
  private static void thoughts(JsonNode content, Seals seals, boolean off) {
    List<String> signatures = new ArrayList<>();
    for (var block : content) {
      switch (block.path("type").asText()) {
        case "thinking" -> {
          var signature = block.path("signature").asText();
          require(
              seals.holds(block.path("thinking").asText(), signature),
              "Invalid `signature` in `thinking` block");
          signatures.add(signature);
        }
        case "redacted_thinking" -> {
          var data = block.path("data").asText();
          require(seals.open(data).isPresent(), "Invalid `data` in `redacted_thinking` block");
          signatures.add(data);
        }
        case "tool_use" ->
            require(
                off || Seals.complete(CALL_PREFIX, block.path("id").asText(), signatures),
                "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot"
                    + " be modified. These blocks must remain as they were in the original"
                    + " response.");
        default -> {}
      }
    }
  }

  /** With manual thinking, the turn that called tools must begin with what was thought. */
  private static void inLoop(ObjectNode body) {
    if (!body.at("/thinking/type").asText().equals("enabled")) {
      return;
    }
    var messages = body.path("messages");
    for (int i = messages.size() - 2; i > 0; i -= 2) {
      var content = messages.path(i).path("content");
      if (Trees.count(content, Set.of("tool_use")) == 0) {
        return;
      }
      require(
          THINKING.contains(content.path(0).path("type").asText()),
          "Expected `thinking` or `redacted_thinking`, but found `"
              + content.path(0).path("type").asText()
              + "`. When `thinking` is enabled, a final `assistant` message must start with a"
              + " thinking block");
    }
  }

  private static void noNulls(JsonNode node, String path) {
    require(!node.isNull(), path + ": null is not permitted");
    for (var field : node.properties()) {
      if (!FREE.contains(field.getKey())) {
        noNulls(field.getValue(), path + "/" + field.getKey());
      }
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      noNulls(node.get(i), path + "/" + i);
    }
  }
}
