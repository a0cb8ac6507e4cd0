package dev.sallyport.gateway.demo.peer;

import static dev.sallyport.gateway.demo.peer.MalformedRequestException.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.gateway.demo.peer.Conversation.Call;
import dev.sallyport.gateway.demo.peer.Conversation.Called;
import dev.sallyport.gateway.demo.peer.Conversation.OfferedTool;
import dev.sallyport.gateway.demo.peer.Conversation.Say;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Anthropic's messages. */
final class AnthropicWire implements ModelWire {
  @Override
  public Conversation read(JsonNode request) throws MalformedRequestException {
    require(request.path("model").isTextual(), "model: field required");
    require(request.path("max_tokens").asInt() > 0, "max_tokens: field required");
    require(!request.path("messages").isEmpty(), "messages: field required");
    var turn = new Turn();
    for (var message : request.path("messages")) {
      turn.add(message);
    }
    require(turn.open.isEmpty(), "tool_use must be followed by tool_result");
    List<OfferedTool> tools = new ArrayList<>();
    for (var tool : request.path("tools")) {
      require(tool.path("input_schema").isObject(), "tools: input_schema: field required");
      tools.add(
          new OfferedTool(
              tool.path("name").asText(),
              tool.path("description").asText(),
              tool.get("input_schema")));
    }
    var schema = request.at("/output_config/format/schema");
    return new Conversation(
        text(request.path("system")),
        turn.user,
        tools,
        turn.calls,
        schema.isObject() ? Optional.of(schema) : Optional.empty());
  }

  @Override
  public ObjectNode answer(Answer answer) {
    var message = frame(answer);
    message.withArray("content").add(block(answer, true));
    message.put("stop_reason", stopReason(answer));
    message.withObject("usage").put("output_tokens", answer.outputTokens());
    return message;
  }

  @Override
  public List<Event> stream(Answer answer) {
    List<Event> events = new ArrayList<>();
    var start = event("message_start");
    start.set("message", frame(answer));
    events.add(sent(start));
    var begun = event("content_block_start").put("index", 0);
    begun.set("content_block", block(answer, false));
    events.add(sent(begun));
    for (var piece : Pieces.of(whole(answer))) {
      var delta = event("content_block_delta").put("index", 0);
      switch (answer.reply()) {
        case Say _ -> delta.putObject("delta").put("type", "text_delta").put("text", piece);
        case Call _ ->
            delta.putObject("delta").put("type", "input_json_delta").put("partial_json", piece);
      }
      events.add(sent(delta));
    }
    events.add(sent(event("content_block_stop").put("index", 0)));
    var end = event("message_delta");
    end.putObject("delta").put("stop_reason", stopReason(answer)).putNull("stop_sequence");
    end.putObject("usage").put("output_tokens", answer.outputTokens());
    events.add(sent(end));
    events.add(sent(event("message_stop")));
    return events;
  }

  @Override
  public ObjectNode error(String type, String message) {
    var error = PeerTool.JSON.createObjectNode().put("type", "error");
    error.putObject("error").put("type", type).put("message", message);
    return error;
  }

  private static ObjectNode event(String type) {
    return PeerTool.JSON.createObjectNode().put("type", type);
  }

  private static Event sent(ObjectNode event) {
    return new Event(event.path("type").asText(), event.toString());
  }

  private static ObjectNode frame(Answer answer) {
    var message =
        PeerTool.JSON
            .createObjectNode()
            .put("id", "msg_" + answer.id())
            .put("type", "message")
            .put("role", "assistant")
            .put("model", answer.model());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.putObject("usage").put("input_tokens", answer.inputTokens()).put("output_tokens", 1);
    return message;
  }

  private static ObjectNode block(Answer answer, boolean whole) {
    return switch (answer.reply()) {
      case Say say -> event("text").put("text", whole ? say.text() : "");
      case Call call -> {
        var block = event("tool_use").put("id", "toolu_" + answer.id()).put("name", call.tool());
        block.set("input", whole ? call.arguments() : PeerTool.JSON.createObjectNode());
        yield block;
      }
    };
  }

  private static String whole(Answer answer) {
    return switch (answer.reply()) {
      case Say say -> say.text();
      case Call call -> call.arguments().toString();
    };
  }

  private static String stopReason(Answer answer) {
    return switch (answer.reply()) {
      case Say _ -> "end_turn";
      case Call _ -> "tool_use";
    };
  }

  private static String text(JsonNode content) {
    return content.isArray()
        ? StreamSupport.stream(content.spliterator(), false)
            .filter(block -> block.path("type").asText().equals("text"))
            .map(block -> block.path("text").asText())
            .collect(Collectors.joining("\n"))
        : content.asText("");
  }

  /** Reads messages in order; the calls are those since the user spoke last. Not thread-safe. */
  private static final class Turn {
    private final Map<String, JsonNode> open = new LinkedHashMap<>();
    private final List<Called> calls = new ArrayList<>();
    private String user = "";

    void add(JsonNode message) throws MalformedRequestException {
      var content = message.path("content");
      switch (message.path("role").asText()) {
        case "user" -> addUser(content);
        case "assistant" -> {
          for (var block : content) {
            if (block.path("type").asText().equals("tool_use")) {
              open.put(block.path("id").asText(), block);
            }
          }
        }
        default -> throw new MalformedRequestException("messages: unknown role");
      }
    }

    private void addUser(JsonNode content) throws MalformedRequestException {
      for (var block : content) {
        if (block.path("type").asText().equals("tool_result")) {
          addResult(block);
        }
      }
      require(open.isEmpty(), "tool_use must be followed by tool_result");
      if (!text(content).isEmpty()) {
        user = text(content);
        calls.clear();
      }
    }

    private void addResult(JsonNode block) throws MalformedRequestException {
      var id = block.path("tool_use_id").asText();
      var use = open.remove(id);
      require(use != null, "tool_result answers no tool_use");
      if (use != null) {
        calls.add(
            new Called(
                id, use.path("name").asText(), use.path("input"), text(block.path("content"))));
      }
    }
  }
}
