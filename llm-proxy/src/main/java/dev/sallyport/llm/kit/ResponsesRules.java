package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What those refuse who speak OpenAI's Responses, and keep nothing. */
final class ResponsesRules {
  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "input",
          "instructions",
          "background",
          "context_management",
          "conversation",
          "include",
          "max_output_tokens",
          "max_tool_calls",
          "metadata",
          "moderation",
          "parallel_tool_calls",
          "previous_response_id",
          "prompt",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention",
          "reasoning",
          "safety_identifier",
          "service_tier",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "truncation",
          "user");
  private static final Set<String> OPENROUTER =
      Set.of("provider", "models", "plugins", "top_k", "session_id", "route");
  private static final Set<String> ROLES = Set.of("user", "system", "developer", "assistant");
  private static final int LEAST_LIMIT = 16;

  private ResponsesRules() {}

  static void check(Received request, ObjectNode body, boolean openRouter, Seals seals) {
    require(request.method().equals("POST"), "method");
    require(request.header("content-type").startsWith("application/json"), "content type");
    body.fieldNames()
        .forEachRemaining(name ->
            require(
                FIELDS.contains(name) || (openRouter && OPENROUTER.contains(name)),
                "Unknown parameter: '" + name + "'."));
    var previous = body.path("previous_response_id");
    if (!previous.isMissingNode() && !previous.isNull()) {
      throw new Objection(
          400,
          "previous_response_not_found",
          "Previous response with id '" + previous.asText() + "' not found.");
    }
    require(!openRouter || !body.path("store").asBoolean(), "store: only false is supported here");
    var limit = body.path("max_output_tokens");
    require(
        !limit.isNumber() || limit.asInt() >= LEAST_LIMIT,
        "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16");
    tools(body);
    var format = body.at("/text/format");
    if (format.path("strict").booleanValue()) {
      SchemaRules.openAi(format.path("schema"));
    }
    input(body.path("input"), seals);
  }

  private static void tools(ObjectNode body) {
    for (var tool : body.path("tools")) {
      require(tool.path("type").isTextual(), "tools: type is required");
      require(
          !tool.path("type").asText().equals("function")
              || (tool.path("name").isTextual() && !tool.has("function")),
          "Missing required parameter: 'tools[0].name'.");
    }
    require(
        body.path("tool_choice").isMissingNode()
            || body.path("tool_choice").isNull()
            || body.path("tool_choice").asText().equals("auto")
            || body.path("tool_choice").asText().equals("none")
            || !body.path("tools").isEmpty(),
        "Tool choices other than 'auto' must be specified with 'tools'.");
  }

  private static void input(JsonNode input, Seals seals) {
    require(input.isTextual() || (input.isArray() && !input.isEmpty()), "input is required");
    Set<String> open = new LinkedHashSet<>();
    List<String> thoughts = new ArrayList<>();
    var thoughtLast = false;
    for (var item : input) {
      var type = item.path("type").asText("message");
      thoughtLast = type.equals("reasoning");
      switch (type) {
        case "message" -> {
          require(ROLES.contains(item.path("role").asText()), "input: role");
          content(item);
          thoughts.clear();
        }
        case "reasoning" -> thoughts.add(thought(item, seals));
        case "function_call" -> {
          call(item, thoughts);
          open.add(item.path("call_id").asText());
        }
        case "function_call_output" -> {
          var id = item.path("call_id").asText();
          require(
              open.remove(id), "No tool call found for function call output with call_id " + id);
          require(
              item.path("output").isTextual() || item.path("output").isArray(),
              "function_call_output.output is required");
          thoughts.clear();
        }
        default -> require(!type.isEmpty(), "input: type");
      }
    }
    require(
        !thoughtLast, "Item of type 'reasoning' was provided without its required following item.");
    require(open.isEmpty(), "No tool output found for function call " + String.join(", ", open));
  }

  private static void content(JsonNode message) {
    boolean assistant = message.path("role").asText().equals("assistant");
    for (var part : message.path("content")) {
      var type = part.path("type").asText();
      require(
          type.startsWith(assistant ? "output_" : "input_")
              || (assistant && type.equals("refusal")),
          "Invalid value: '" + type + "' in the content of role " + message.path("role").asText());
    }
  }

  private static String thought(JsonNode item, Seals seals) {
    require(item.path("id").isTextual(), "reasoning: id is required");
    require(item.path("summary").isArray(), "reasoning: summary is required");
    var closed = item.path("encrypted_content").asText();
    if (closed.isEmpty()) {
      throw new Objection(
          404,
          "item_not_found",
          "Item with id '%s' not found. Items are not persisted when `store` is set to false."
              .formatted(item.path("id").asText()));
    }
    var kept = new StringBuilder(item.path("id").asText());
    item.path("summary").forEach(part -> kept.append('\n').append(part.path("text").asText()));
    if (!seals.open(closed).equals(Optional.of(kept.toString()))) {
      throw new Objection(
          400,
          "invalid_encrypted_content",
          "The encrypted content for item " + item.path("id").asText() + " could not be verified.");
    }
    return closed;
  }

  private static void call(JsonNode item, List<String> thoughts) {
    var id = item.path("call_id").asText();
    require(!id.isEmpty(), "function_call: call_id is required");
    require(item.path("name").isTextual(), "function_call: name is required");
    require(item.path("arguments").isTextual(), "function_call: arguments must be a string");
    require(
        Seals.complete(ChatRules.CALL_PREFIX, id, thoughts),
        "Item of type 'function_call' ("
            + id
            + ") was provided without its required 'reasoning' item.");
  }
}
