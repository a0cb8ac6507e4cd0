package dev.sallyport.gateway.demo.peer;

import static dev.sallyport.gateway.demo.peer.MalformedRequestException.require;

import com.fasterxml.jackson.core.JsonProcessingException;
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

/** OpenAI's chat completions. */
final class OpenAiWire implements ModelWire {
  @Override
  public Conversation read(JsonNode request) throws MalformedRequestException {
    require(request.path("model").isTextual(), "model must be a string");
    require(request.path("messages").isArray(), "messages must be an array");
    require(!request.path("messages").isEmpty(), "messages must not be empty");
    require(
        request.path("stream").isMissingNode() || request.path("stream").isBoolean(),
        "stream must be a boolean");
    var turn = new Turn();
    for (var message : request.path("messages")) {
      turn.add(message);
    }
    require(turn.open.isEmpty(), "tool_calls must be followed by tool messages for each id");
    var schema = request.path("response_format").path("json_schema").path("schema");
    return new Conversation(
        turn.system,
        turn.user,
        tools(request),
        turn.calls,
        schema.isObject() ? Optional.of(schema) : Optional.empty());
  }

  @Override
  public ObjectNode answer(Answer answer) {
    var body = frame(answer, "chat.completion");
    var choice = body.putArray("choices").addObject().put("index", 0);
    var message = choice.putObject("message").put("role", "assistant");
    switch (answer.reply()) {
      case Say say -> message.put("content", say.text());
      case Call call -> {
        message.putNull("content");
        var called = message.putArray("tool_calls").addObject();
        called.put("id", "call_" + answer.id()).put("type", "function");
        called
            .putObject("function")
            .put("name", call.tool())
            .put("arguments", call.arguments().toString());
      }
    }
    choice.put("finish_reason", finishReason(answer));
    body.set("usage", usage(answer));
    return body;
  }

  @Override
  public List<Event> stream(Answer answer) {
    List<Event> events = new ArrayList<>();
    events.add(delta(answer, PeerTool.JSON.createObjectNode().put("role", "assistant")));
    switch (answer.reply()) {
      case Say say ->
          Pieces.of(say.text())
              .forEach(piece ->
                  events.add(
                      delta(answer, PeerTool.JSON.createObjectNode().put("content", piece))));
      case Call call -> addCall(answer, call, events);
    }
    var last = chunk(answer, PeerTool.JSON.createObjectNode());
    ((ObjectNode) last.at("/choices/0")).put("finish_reason", finishReason(answer));
    events.add(new Event("", last.toString()));
    if (answer.request().at("/stream_options/include_usage").asBoolean()) {
      var usage = frame(answer, "chat.completion.chunk");
      usage.putArray("choices");
      usage.set("usage", usage(answer));
      events.add(new Event("", usage.toString()));
    }
    events.add(new Event("", "[DONE]"));
    return events;
  }

  @Override
  public ObjectNode error(String type, String message) {
    var error = PeerTool.JSON.createObjectNode();
    error
        .putObject("error")
        .put("message", message)
        .put("type", type)
        .putNull("param")
        .putNull("code");
    return error;
  }

  private static void addCall(Answer answer, Call call, List<Event> events) {
    var first = PeerTool.JSON.createObjectNode();
    var begun = first.putArray("tool_calls").addObject().put("index", 0);
    begun.put("id", "call_" + answer.id()).put("type", "function");
    begun.putObject("function").put("name", call.tool()).put("arguments", "");
    events.add(delta(answer, first));
    for (var piece : Pieces.of(call.arguments().toString())) {
      var more = PeerTool.JSON.createObjectNode();
      more.putArray("tool_calls")
          .addObject()
          .put("index", 0)
          .putObject("function")
          .put("arguments", piece);
      events.add(delta(answer, more));
    }
  }

  private static Event delta(Answer answer, ObjectNode delta) {
    return new Event("", chunk(answer, delta).toString());
  }

  private static ObjectNode chunk(Answer answer, ObjectNode delta) {
    var chunk = frame(answer, "chat.completion.chunk");
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("finish_reason");
    return chunk;
  }

  private static ObjectNode frame(Answer answer, String object) {
    return PeerTool.JSON
        .createObjectNode()
        .put("id", "chatcmpl-" + answer.id())
        .put("object", object)
        .put("created", answer.createdAt())
        .put("model", answer.model());
  }

  private static ObjectNode usage(Answer answer) {
    return PeerTool.JSON
        .createObjectNode()
        .put("prompt_tokens", answer.inputTokens())
        .put("completion_tokens", answer.outputTokens())
        .put("total_tokens", answer.inputTokens() + answer.outputTokens());
  }

  private static String finishReason(Answer answer) {
    return switch (answer.reply()) {
      case Say _ -> "stop";
      case Call _ -> "tool_calls";
    };
  }

  private static List<OfferedTool> tools(JsonNode request) throws MalformedRequestException {
    List<OfferedTool> tools = new ArrayList<>();
    for (var tool : request.path("tools")) {
      require(tool.path("type").asText().equals("function"), "tools: only functions are known");
      var function = tool.path("function");
      require(function.path("name").asText().matches("[A-Za-z0-9_-]{1,64}"), "tools: not a name");
      tools.add(
          new OfferedTool(
              function.path("name").asText(),
              function.path("description").asText(),
              function.path("parameters")));
    }
    return tools;
  }

  private static String text(JsonNode content) {
    return content.isArray()
        ? StreamSupport.stream(content.spliterator(), false)
            .map(part -> part.path("text").asText())
            .collect(Collectors.joining("\n"))
        : content.asText("");
  }

  /** Reads messages in order; the calls are those since the user spoke last. Not thread-safe. */
  private static final class Turn {
    private final Map<String, JsonNode> open = new LinkedHashMap<>();
    private final List<Called> calls = new ArrayList<>();
    private String system = "";
    private String user = "";

    void add(JsonNode message) throws MalformedRequestException {
      var role = message.path("role").asText();
      require(
          role.equals("tool") || open.isEmpty(), "tool_calls must be followed by their results");
      switch (role) {
        case "system", "developer" -> system += text(message.path("content"));
        case "user" -> {
          user = text(message.path("content"));
          calls.clear();
        }
        case "assistant" -> addAssistant(message);
        case "tool" -> addResult(message);
        default -> throw new MalformedRequestException("unknown role");
      }
    }

    private void addAssistant(JsonNode message) throws MalformedRequestException {
      for (var call : message.path("tool_calls")) {
        require(call.path("id").isTextual(), "tool_calls: id is missing");
        require(call.at("/function/arguments").isTextual(), "arguments must be a string");
        open.put(call.get("id").textValue(), call.path("function"));
      }
    }

    private void addResult(JsonNode message) throws MalformedRequestException {
      var id = message.path("tool_call_id").asText();
      var function = open.remove(id);
      require(function != null, "tool_call_id answers no call");
      if (function != null) {
        calls.add(
            new Called(
                id,
                function.path("name").asText(),
                arguments(function.path("arguments").asText()),
                text(message.path("content"))));
      }
    }

    private static JsonNode arguments(String json) throws MalformedRequestException {
      try {
        return PeerTool.JSON.readTree(json);
      } catch (JsonProcessingException _) {
        throw new MalformedRequestException("arguments are not JSON");
      }
    }
  }
}
