package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.testing.Wire;
import java.util.ArrayList;
import java.util.List;

/** What clients make of streams. */
final class ClientMessages {
  private ClientMessages() {}

  /** As clients of OpenRouter do: the details of reasoning are kept in the parts they came in. */
  static ObjectNode chat(String stream) {
    var message = object().put("role", "assistant");
    var text = new StringBuilder();
    var calls = JsonNodeFactory.instance.arrayNode();
    var details = JsonNodeFactory.instance.arrayNode();
    for (var chunk : data(stream)) {
      var delta = chunk.at("/choices/0/delta");
      text.append(delta.path("content").asText(""));
      delta.path("reasoning_details").forEach(details::add);
      for (var call : delta.path("tool_calls")) {
        int index = call.path("index").asInt();
        if (index == calls.size()) {
          var begun = calls.addObject().put("type", "function");
          begun.set("id", call.path("id"));
          begun.putObject("function").set("name", call.at("/function/name"));
        }
        var function = (ObjectNode) calls.path(index).path("function");
        function.put(
            "arguments",
            function.path("arguments").asText("") + call.at("/function/arguments").asText(""));
      }
    }
    message.put("content", text.toString()).set("reasoning_details", details);
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    return message;
  }

  /** As Anthropic's clients do: one block after the other. */
  static ObjectNode message(String stream) {
    var message = object();
    int open = -1;
    for (var event : data(stream)) {
      switch (event.path("type").asText()) {
        case "message_start" -> message = (ObjectNode) event.path("message");
        case "content_block_start" -> {
          var content = (ArrayNode) message.path("content");
          if (open >= 0 || event.path("index").asInt() != content.size()) {
            throw new AssertionError("blocks begin in order, each after the end of the last");
          }
          open = content.size();
          content.add(event.path("content_block"));
        }
        case "content_block_delta" ->
            grow(
                (ObjectNode) message.path("content").path(event.path("index").asInt()),
                event.path("delta"));
        case "content_block_stop" -> {
          stop((ObjectNode) message.path("content").path(event.path("index").asInt()));
          open = -1;
        }
        case "message_delta" -> message.setAll((ObjectNode) event.path("delta"));
        case "error" -> throw new AssertionError(event.toString());
        default -> {}
      }
    }
    return message;
  }

  private static void grow(ObjectNode block, JsonNode delta) {
    switch (delta.path("type").asText()) {
      case "text_delta" -> append(block, "text", delta.path("text"));
      case "thinking_delta" -> append(block, "thinking", delta.path("thinking"));
      case "signature_delta" -> block.set("signature", delta.path("signature"));
      case "input_json_delta" -> append(block, "json", delta.path("partial_json"));
      default -> throw new AssertionError("unknown " + delta);
    }
  }

  private static void append(ObjectNode block, String name, JsonNode more) {
    block.put(name, block.path(name).asText("") + more.textValue());
  }

  private static void stop(ObjectNode block) {
    var json = block.remove("json");
    if (json != null && !json.asText().isEmpty()) {
      block.set("input", Wire.object(json.asText()));
    }
  }

  private static List<ObjectNode> data(String stream) {
    var all = new ArrayList<ObjectNode>();
    stream
        .lines()
        .filter(line -> line.startsWith("data: {"))
        .forEach(line -> all.add(Wire.object(line.substring(6))));
    return all;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
