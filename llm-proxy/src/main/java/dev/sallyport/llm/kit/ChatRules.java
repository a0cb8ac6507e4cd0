package dev.sallyport.llm.kit;

import static dev.sallyport.llm.kit.Objection.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What those refuse who speak OpenAI's chat completions. */
final class ChatRules {
  static final String CALL_PREFIX = "call_";

  private static final Pattern REASONING = Pattern.compile("(o[1-9]|gpt-5).*");
  private static final Set<String> ROLES =
      Set.of("developer", "system", "user", "assistant", "tool", "function");

  /** What only OpenRouter takes. */
  private static final Set<String> EXTENDED = Set.of("reasoning", "provider", "top_k", "models");

  private static final Set<String> EXTENDED_MESSAGE =
      Set.of("reasoning", "reasoning_details", "is_error", "cache_control");

  private ChatRules() {}

  static void check(Received request, ObjectNode body, boolean extended) {
    require(request.method().equals("POST"), "method");
    require(request.header("content-type").startsWith("application/json"), "content type");
    require(body.path("messages").isArray() && !body.path("messages").isEmpty(), "messages");
    roles(body.path("messages"));
    results(body.path("messages"));
    if (!extended) {
      plain(body);
    }
    var format = body.path("response_format");
    if (format.path("json_schema").path("strict").booleanValue()) {
      SchemaRules.openAi(format.path("json_schema").path("schema"));
    }
    if (REASONING.matcher(body.path("model").asText()).matches()) {
      require(body.path("temperature").asInt(1) == 1, "temperature: only 1 is supported");
      require(!body.has("max_tokens"), "max_tokens: use max_completion_tokens");
    }
    require(
        body.path("stream_options").isMissingNode() || body.path("stream").booleanValue(),
        "stream_options needs stream");
    require(
        body.path("tool_choice").isMissingNode() || !body.path("tools").isEmpty(),
        "'tool_choice' is only allowed when 'tools' are specified.");
  }

  private static void roles(JsonNode messages) {
    for (var message : messages) {
      var role = message.path("role").asText();
      require(ROLES.contains(role), "unknown role " + role);
      require(
          !role.equals("tool") || message.path("tool_call_id").isTextual(),
          "a tool message needs tool_call_id");
    }
  }

  /** Each call is answered right after the message that made it, and nothing else is. */
  private static void results(JsonNode messages) {
    Set<String> open = new LinkedHashSet<>();
    for (var message : messages) {
      if (message.path("role").asText().equals("tool")) {
        require(
            open.remove(message.path("tool_call_id").asText()),
            "messages with role 'tool' must be a response to a preceeding message with"
                + " 'tool_calls'.");
      } else {
        require(
            open.isEmpty(),
            "An assistant message with 'tool_calls' must be followed by tool messages responding"
                + " to each 'tool_call_id'. The following tool_call_ids did not have response"
                + " messages: "
                + String.join(", ", open));
      }
      for (var call : message.path("tool_calls")) {
        require(call.path("id").isTextual(), "tool_calls: id is required");
        open.add(call.path("id").asText());
      }
    }
    require(open.isEmpty(), "tool_calls without their tool messages: " + open);
  }

  private static void plain(ObjectNode body) {
    for (var name : EXTENDED) {
      require(!body.has(name), "Unrecognized request argument supplied: " + name);
    }
    for (var message : body.path("messages")) {
      plainMessage(message);
      message.path("content").forEach(ChatRules::plainMessage);
    }
    body.path("tools").forEach(ChatRules::plainMessage);
  }

  private static void plainMessage(JsonNode message) {
    for (var name : EXTENDED_MESSAGE) {
      require(
          !message.has(name),
          "Additional properties are not allowed ('" + name + "' was unexpected)");
    }
  }

  /** Thoughts come back as they were, and with the calls that they led to, all of them. */
  static void thoughts(JsonNode messages, Seals seals) {
    for (var message : messages) {
      List<String> signatures = new ArrayList<>();
      for (var detail : message.path("reasoning_details")) {
        boolean closed = detail.path("type").asText().equals("reasoning.encrypted");
        var signature = detail.path(closed ? "data" : "signature").asText();
        require(
            closed
                ? seals.open(signature).isPresent()
                : seals.holds(detail.path("text").asText(), signature),
            "reasoning_details: the signature does not fit");
        signatures.add(signature);
      }
      for (var call : message.path("tool_calls")) {
        require(
            Seals.complete(CALL_PREFIX, call.path("id").asText(), signatures),
            "reasoning_details must be given back as they were");
      }
    }
  }
}
