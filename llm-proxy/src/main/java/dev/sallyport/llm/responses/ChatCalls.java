package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Calls of tools, and annotations, as the chat form has them. */
final class ChatCalls {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ChatCalls() {}

  /** The call that an item tells of. */
  static ObjectNode whole(JsonNode item) {
    var call = begun(item);
    if (isCustom(item)) {
      call.withObject("/custom").put("input", item.path("input").asText(""));
    } else {
      call.withObject("/function").put("arguments", written(item));
    }
    return call;
  }

  /** The call, of which nothing is written yet. */
  static ObjectNode begun(JsonNode item) {
    var id = item.path("call_id").asText(item.path("id").asText(""));
    var type = isCustom(item) ? "custom" : "function";
    var call = NODES.objectNode().put("id", id).put("type", type);
    call.putObject(type)
        .put("name", item.path("name").asText(""))
        .put(isCustom(item) ? "input" : "arguments", "");
    return call;
  }

  /** What is written in the call: arguments must be JSON, also of a call without any. */
  static String written(JsonNode item) {
    if (isCustom(item)) {
      return item.path("input").asText("");
    }
    var arguments = item.path("arguments").asText("");
    return arguments.isBlank() ? "{}" : arguments;
  }

  static boolean isCustom(JsonNode item) {
    return item.path("type").asText("").equals("custom_tool_call");
  }

  /** An annotation; a chat has what is cited in an object of its own. */
  static ObjectNode annotation(JsonNode annotation) {
    var type = annotation.path("type").asText("");
    var chat = NODES.objectNode().put("type", type);
    var cited = chat.putObject(type.isEmpty() ? "annotation" : type);
    for (var member : annotation.properties()) {
      if (!member.getKey().equals("type")) {
        cited.set(member.getKey(), member.getValue());
      }
    }
    return chat;
  }
}
