package dev.sallyport.llm.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What the real providers refuse. */
final class StrictRules {
  private static final String WITH_SAMPLING = "2023-06-01";
  private static final Set<String> ANTHROPIC_VERSIONS = Set.of(WITH_SAMPLING, "2026-10-21");
  private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");
  private static final Pattern REASONING = Pattern.compile("(o[1-9]|gpt-5).*");
  private static final Set<String> OPENAI_ROLES =
      Set.of("developer", "system", "user", "assistant", "tool");
  private static final Set<String> ANTHROPIC_FIELDS =
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
          "thinking");
  private static final Set<String> ANTHROPIC_BLOCKS =
      Set.of("text", "image", "document", "tool_use", "tool_result");

  private StrictRules() {}

  /** What is wrong with a request. */
  static final class Complaint extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Complaint(String message) {
      super(message);
    }
  }

  static void check(Received request) {
    require(request.method().equals("POST"), "method");
    require(request.header("content-type").startsWith("application/json"), "content type");
    var body = request.json();
    require(body.path("model").isTextual(), "model: field required");
    require(body.path("messages").isArray() && !body.path("messages").isEmpty(), "messages");
    if (request.path().endsWith("/messages")) {
      var version = request.header("anthropic-version");
      require(ANTHROPIC_VERSIONS.contains(version), "anthropic-version");
      if (!version.equals(WITH_SAMPLING)) {
        laterVersion(body);
      }
      anthropic(body);
    } else {
      require(request.path().endsWith("/chat/completions"), "path");
      openAi(body);
    }
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

  private static void openAi(ObjectNode body) {
    for (var message : body.path("messages")) {
      var role = message.path("role").asText();
      require(OPENAI_ROLES.contains(role), "unknown role " + role);
      require(
          !role.equals("tool") || message.path("tool_call_id").isTextual(),
          "a tool message needs tool_call_id");
    }
    var format = body.path("response_format");
    if (format.path("json_schema").path("strict").booleanValue()) {
      StrictSchemas.openAi(format.path("json_schema").path("schema"));
    }
    if (REASONING.matcher(body.path("model").asText()).matches()) {
      require(body.path("temperature").asInt(1) == 1, "temperature: only 1 is supported");
      require(!body.has("max_tokens"), "max_tokens: use max_completion_tokens");
    }
    require(
        body.path("stream_options").isMissingNode() || body.path("stream").booleanValue(),
        "stream_options needs stream");
  }

  private static void anthropic(ObjectNode body) {
    body.fieldNames()
        .forEachRemaining(
            name -> require(ANTHROPIC_FIELDS.contains(name), name + ": Extra inputs"));
    noNulls(body, "");
    require(body.path("max_tokens").isInt(), "max_tokens: Field required");
    if (body.has("temperature")) {
      var temperature = body.path("temperature").asDouble();
      require(temperature >= 0 && temperature <= 1, "temperature: range: 0..1");
    }
    if (body.path("output_config").has("format")) {
      StrictSchemas.anthropic(body.at("/output_config/format/schema"));
    }
    require(
        !body.has("tool_choice") || body.path("tools").size() > 0,
        "tool_choice may only be specified while providing tools");
    var expected = "user";
    Set<String> called = new HashSet<>();
    for (var message : body.path("messages")) {
      var role = message.path("role").asText();
      require(role.equals("user") || role.equals("assistant"), "role " + role);
      require(role.equals(expected), "roles must alternate, beginning with user");
      expected = role.equals("user") ? "assistant" : "user";
      blocks(message.path("content"), called);
    }
    for (var tool : body.path("tools")) {
      require(
          tool.path("input_schema").path("type").asText().equals("object"),
          "tools: input_schema must be an object");
    }
  }

  private static void blocks(JsonNode content, Set<String> called) {
    require(!content.isEmpty() || !content.asText().isEmpty(), "content must not be empty");
    boolean othersBefore = false;
    for (var block : content) {
      var type = block.path("type").asText();
      require(ANTHROPIC_BLOCKS.contains(type), "unknown block " + type);
      switch (type) {
        case "text" ->
            require(!block.path("text").asText().isEmpty(), "text blocks must be non-empty");
        case "tool_use" -> {
          require(block.path("input").isObject(), "tool_use.input must be an object");
          called.add(block.path("id").asText());
        }
        case "tool_result" -> {
          require(!othersBefore, "tool_result blocks come first");
          require(
              called.contains(block.path("tool_use_id").asText()),
              "tool_result without its tool_use");
        }
        default -> {}
      }
      othersBefore |= !type.equals("tool_result");
    }
  }

  private static void noNulls(JsonNode node, String path) {
    require(!node.isNull(), path + ": null is not permitted");
    node.properties().forEach(field -> noNulls(field.getValue(), path + "/" + field.getKey()));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      noNulls(node.get(i), path + "/" + i);
    }
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new Complaint(complaint);
    }
  }
}
