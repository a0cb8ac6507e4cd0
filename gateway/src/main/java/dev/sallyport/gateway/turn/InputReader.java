package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.turn.TurnRequest.ResumedCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the {@code input} of a Responses request into the messages of a chat. */
final class InputReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final List<ObjectNode> messages = new ArrayList<>();
  private final Map<String, ResumedCall> waiting = new HashMap<>();
  private final List<ResumedCall> resumed = new ArrayList<>();

  InputReader(Optional<String> instructions) {
    instructions.ifPresent(
        text -> messages.add(NODES.objectNode().put("role", "system").put("content", text)));
  }

  List<ObjectNode> messages(JsonNode input) {
    if (input.isTextual()) {
      messages.add(NODES.objectNode().put("role", "user").put("content", input.asText()));
    } else if (input.isArray() && !input.isEmpty()) {
      input.forEach(this::item);
    } else {
      throw TurnRequestReader.malformed("'input' must be a text or a list of items");
    }
    return messages;
  }

  /** The calls to be made again, once the messages were read. */
  List<ResumedCall> resumed() {
    return resumed;
  }

  private void item(JsonNode item) {
    var type = item.path("type").asText(item.has("role") ? "message" : "");
    switch (type) {
      case "message" -> message(item);
      case "function_call" ->
          call(item.path("call_id").asText(), item.path("name").asText(), item.path("arguments"));
      case "function_call_output" -> output(item.path("call_id").asText(), item.path("output"));
      case "mcp_call" -> {
        var name =
            ToolTable.modelName(item.path("server_label").asText(), item.path("name").asText());
        call(item.path("id").asText(), name, item.path("arguments"));
        output(
            item.path("id").asText(),
            item.hasNonNull("output") ? item.get("output") : item.path("error"));
      }
      case "mcp_approval_request" ->
          waiting.put(
              item.path("id").asText(),
              new ResumedCall(
                  item.path("id").asText(),
                  item.path("server_label").asText(),
                  item.path("name").asText(),
                  item.path("arguments").asText()));
      case "mcp_approval_response" -> resume(item);
      case "mcp_list_tools", "reasoning" -> {
        // Listed anew by each turn; reasoning is the model's own and is not carried in chat form.
      }
      default -> throw TurnRequestReader.malformed("'input' holds an item of an unknown type");
    }
  }

  /**
   * Approves nothing: policy says who may. The call is made again, as its caller may at any time.
   */
  private void resume(JsonNode response) {
    var call = waiting.remove(response.path("approval_request_id").asText());
    if (call == null || !response.path("approve").isBoolean()) {
      throw TurnRequestReader.malformed(
          "an 'mcp_approval_response' in 'input' must name an 'mcp_approval_request' before it");
    }
    if (response.path("approve").booleanValue()) {
      resumed.add(call);
    }
  }

  private void message(JsonNode item) {
    var role = item.path("role").asText();
    if (!List.of("user", "assistant", "system", "developer").contains(role)) {
      throw TurnRequestReader.malformed("'input' holds a message of an unknown role");
    }
    var message = NODES.objectNode().put("role", role);
    var content = item.path("content");
    if (content.isTextual()) {
      message.set("content", content);
    } else if (content.isArray()) {
      message.set("content", parts(content));
    } else {
      throw TurnRequestReader.malformed("'content' must be a text or a list of parts");
    }
    messages.add(message);
  }

  private static JsonNode parts(JsonNode content) {
    ArrayNode parts = NODES.arrayNode();
    for (var part : content) {
      switch (part.path("type").asText()) {
        case "input_text", "output_text", "text" ->
            parts.addObject().put("type", "text").put("text", part.path("text").asText());
        case "refusal" ->
            parts.addObject().put("type", "text").put("text", part.path("refusal").asText());
        case "input_image" -> {
          var image = parts.addObject().put("type", "image_url").putObject("image_url");
          image.put("url", part.path("image_url").asText());
          if (part.hasNonNull("detail")) {
            image.set("detail", part.get("detail"));
          }
        }
        default -> throw TurnRequestReader.malformed("'content' holds a part of an unknown type");
      }
    }
    return parts.size() == 1 && parts.get(0).path("type").asText().equals("text")
        ? parts.get(0).get("text")
        : parts;
  }

  /** Calls of one answer stand together in one message, as chat wants them. */
  private void call(String id, String name, JsonNode arguments) {
    if (id.isEmpty() || name.isEmpty()) {
      throw TurnRequestReader.malformed("a call in 'input' must have an id and a name");
    }
    var last = messages.isEmpty() ? null : messages.getLast();
    ArrayNode calls;
    if (last != null && last.path("role").asText().equals("assistant") && last.has("tool_calls")) {
      calls = (ArrayNode) last.get("tool_calls");
    } else {
      var message = NODES.objectNode().put("role", "assistant");
      message.putNull("content");
      calls = message.putArray("tool_calls");
      messages.add(message);
    }
    calls
        .addObject()
        .put("id", id)
        .put("type", "function")
        .putObject("function")
        .put("name", name)
        .put("arguments", arguments.isTextual() ? arguments.asText() : arguments.toString());
  }

  private void output(String id, JsonNode output) {
    messages.add(
        NODES
            .objectNode()
            .put("role", "tool")
            .put("tool_call_id", id)
            .put("content", output.isTextual() ? output.asText() : output.toString()));
  }
}
