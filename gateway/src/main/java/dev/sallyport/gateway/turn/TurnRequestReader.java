package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnRequest.ServerChoice;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.llm.route.Conversation;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the body of {@code POST /v1/responses}.
 *
 * <p>What is kept by OpenAI's service between requests (stored responses, conversations, prompts)
 * is refused, since Sallyport keeps none of it.
 */
public final class TurnRequestReader {
  /** Fields that go into the model call, by the name that they have in chat completions. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "temperature", "temperature",
          "top_p", "top_p",
          "max_output_tokens", "max_completion_tokens",
          "parallel_tool_calls", "parallel_tool_calls",
          "user", "user",
          "service_tier", "service_tier",
          "prompt_cache_key", "prompt_cache_key",
          "safety_identifier", "safety_identifier",
          "top_logprobs", "top_logprobs");

  private static final Set<String> READ =
      Set.of(
          "model",
          "input",
          "instructions",
          "tools",
          "tool_choice",
          "stream",
          "text",
          "reasoning",
          "max_tool_calls",
          "metadata",
          "store",
          "previous_response_id",
          "background",
          "conversation",
          "prompt",
          "stream_options",
          "include",
          "session_id",
          "truncation");

  private final JsonNode body;

  private TurnRequestReader(JsonNode body) {
    this.body = body;
  }

  /**
   * Reads a request.
   *
   * @throws Refusal with MALFORMED_REQUEST and the name of the field that is wrong
   */
  public static TurnRequest read(JsonNode body) {
    return new TurnRequestReader(body).request();
  }

  private TurnRequest request() {
    if (!body.isObject()) {
      throw malformed("the body must be a JSON object");
    }
    refuseWhatIsKeptElsewhere();
    var model = text("model").orElseThrow(() -> malformed("'model' must name a model"));
    var input = new InputReader(text("instructions"));
    var messages = input.messages(body.path("input"));
    var servers = new ArrayList<ServerChoice>();
    var functions = new ArrayList<ObjectNode>();
    readTools(servers, functions);
    return new TurnRequest(
        model,
        session(),
        messages,
        input.resumed(),
        servers,
        functions,
        settings(),
        maxToolCalls(),
        bool("stream"),
        echo(),
        dropped());
  }

  /** As models of single answers heed it. */
  private Optional<String> session() {
    return Conversation.name(body.path("session_id"));
  }

  private void refuseWhatIsKeptElsewhere() {
    for (var field : List.of("previous_response_id", "conversation", "prompt")) {
      if (present(field)) {
        throw malformed(
            "'"
                + field
                + "' cannot be used: Sallyport keeps no responses; send the whole conversation in"
                + " 'input'");
      }
    }
    if (bool("background")) {
      throw malformed("'background' cannot be true: the answer comes on this connection");
    }
    if (bool("store")) {
      throw malformed("'store' cannot be true: Sallyport keeps no responses; set it to false");
    }
  }

  private void readTools(List<ServerChoice> servers, List<ObjectNode> functions) {
    var tools = body.path("tools");
    if (tools.isMissingNode() || tools.isNull()) {
      return;
    }
    if (!tools.isArray()) {
      throw malformed("'tools' must be a list");
    }
    var labels = new HashSet<String>();
    for (var tool : tools) {
      switch (tool.path("type").asText()) {
        case "mcp" -> {
          var choice = server(tool);
          if (!labels.add(choice.label())) {
            throw malformed("'tools' names the server '" + choice.label() + "' twice");
          }
          servers.add(choice);
        }
        case "function" -> functions.add(function(tool));
        default ->
            throw malformed("'tools' holds a tool of a type other than 'mcp' and 'function'");
      }
    }
  }

  private static ServerChoice server(JsonNode tool) {
    var label = tool.path("server_label");
    if (!label.isTextual() || !label.asText().matches("[a-z0-9][a-z0-9._-]{0,62}")) {
      throw malformed("'server_label' must be the name of a registered MCP server");
    }
    var name = label.asText();
    refuseForeignUrl(tool.path("server_url"), name);
    for (var field : List.of("connector_id", "authorization", "headers")) {
      if (tool.hasNonNull(field)) {
        throw malformed(
            "'"
                + field
                + "' cannot be used: servers and their credentials are registered by"
                + " administrators");
      }
    }
    var approval = tool.path("require_approval");
    if (!approval.isMissingNode() && !approval.isNull() && !approval.asText().equals("never")) {
      throw malformed(
          "'require_approval' can only be \"never\" here: approval is decided by policy");
    }
    return new ServerChoice(
        name,
        name.equals(ServerChoice.ALL) ? Optional.empty() : Optional.of(name),
        allowedTools(tool.path("allowed_tools")));
  }

  private static void refuseForeignUrl(JsonNode url, String label) {
    if (url.isMissingNode() || url.isNull()) {
      return;
    }
    try {
      var path = URI.create(url.asText()).getPath();
      if (path != null && (path.equals("/mcp") || path.equals("/mcp/" + label))) {
        return;
      }
    } catch (IllegalArgumentException _) {
      // Refused with the rest.
    }
    throw malformed(
        "'server_url' must be left out, or be this gateway's /mcp: servers are registered by"
            + " administrators");
  }

  private static List<String> allowedTools(JsonNode allowed) {
    var list = allowed.isObject() ? allowed.path("tool_names") : allowed;
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    var names = new ArrayList<String>();
    for (var name : list) {
      if (!name.isTextual()) {
        throw malformed("'allowed_tools' must be a list of names");
      }
      names.add(name.asText());
    }
    if (names.isEmpty()) {
      throw malformed("'allowed_tools' must not be empty: leave the server out instead");
    }
    return names;
  }

  private static ObjectNode function(JsonNode tool) {
    if (!tool.path("name").isTextual()) {
      throw malformed("a tool of type 'function' must have a 'name'");
    }
    var function = JsonNodeFactory.instance.objectNode();
    for (var field : List.of("name", "description", "parameters", "strict")) {
      if (tool.hasNonNull(field)) {
        function.set(field, tool.get(field));
      }
    }
    return JsonNodeFactory.instance.objectNode().put("type", "function").set("function", function);
  }

  private ObjectNode settings() {
    var settings = JsonNodeFactory.instance.objectNode();
    SETTINGS.forEach((field, chatField) -> {
      if (present(field)) {
        settings.set(chatField, body.get(field));
      }
    });
    var effort = body.path("reasoning").path("effort");
    if (effort.isTextual()) {
      settings.set("reasoning_effort", effort);
    }
    var format = body.path("text").path("format");
    if (format.path("type").asText().equals("json_schema")) {
      var schema = ((ObjectNode) format.deepCopy());
      schema.remove("type");
      settings.putObject("response_format").put("type", "json_schema").set("json_schema", schema);
    } else if (format.path("type").asText().equals("json_object")) {
      settings.putObject("response_format").put("type", "json_object");
    }
    var choice = body.path("tool_choice");
    if (choice.isTextual()) {
      settings.set("tool_choice", choice);
    } else if (choice.path("type").asText().equals("function")) {
      settings
          .putObject("tool_choice")
          .put("type", "function")
          .putObject("function")
          .set("name", choice.path("name"));
    } else if (present("tool_choice")) {
      throw malformed("'tool_choice' must be auto, none, required or a function");
    }
    return settings;
  }

  private OptionalInt maxToolCalls() {
    var asked = body.path("max_tool_calls");
    if (asked.isMissingNode() || asked.isNull()) {
      return OptionalInt.empty();
    }
    if (!asked.canConvertToInt() || asked.asInt() < 0) {
      throw malformed("'max_tool_calls' must be a number from 0");
    }
    return OptionalInt.of(asked.asInt());
  }

  private ObjectNode echo() {
    var echo = JsonNodeFactory.instance.objectNode();
    for (var field :
        List.of(
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "metadata",
            "parallel_tool_calls",
            "temperature",
            "text",
            "tool_choice",
            "tools",
            "top_p",
            "user")) {
      if (present(field)) {
        echo.set(field, body.get(field));
      }
    }
    return echo;
  }

  private List<String> dropped() {
    var dropped = new ArrayList<String>();
    body.fieldNames()
        .forEachRemaining(field -> {
          if (!READ.contains(field) && !SETTINGS.containsKey(field)) {
            dropped.add(field);
          }
        });
    return dropped;
  }

  private boolean present(String field) {
    return body.hasNonNull(field);
  }

  private Optional<String> text(String field) {
    if (!present(field)) {
      return Optional.empty();
    }
    if (!body.get(field).isTextual()) {
      throw malformed("'" + field + "' must be a text");
    }
    return Optional.of(body.get(field).asText());
  }

  private boolean bool(String field) {
    if (present(field) && !body.get(field).isBoolean()) {
      throw malformed("'" + field + "' must be true or false");
    }
    return body.path(field).asBoolean();
  }

  static Refusal malformed(String what) {
    return new Refusal(RefusalCode.MALFORMED_REQUEST, what);
  }
}
