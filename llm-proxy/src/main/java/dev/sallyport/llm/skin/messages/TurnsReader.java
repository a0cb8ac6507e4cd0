package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Turns the system's text and the messages of a Messages request into chat messages. */
final class TurnsReader {
  private static final String CONTENT = "/content";

  private static final String BLOCKS = "messages.content";
  private static final Set<String> OF_CALL = Set.of("type", "id", "name", "input", "caller");

  /** The caller of a call that the model made itself, as every call is that does not say so. */
  private static final String OWN_DOING = "direct";

  private static final Set<String> OF_RESULT =
      Set.of("type", "tool_use_id", "content", "is_error", "cache_control");
  private static final Set<String> OF_THOUGHT = Set.of("type", "thinking", "signature");

  private final Set<String> dropped;
  private final PartsReader parts;
  private final ArrayNode chat = JsonNodeFactory.instance.arrayNode();
  private boolean foreign;

  TurnsReader(Set<String> dropped) {
    this.dropped = dropped;
    this.parts = new PartsReader(dropped);
  }

  ArrayNode chat() {
    return chat;
  }

  boolean holdsForeign() {
    return foreign;
  }

  void system(String place, JsonNode system) {
    boolean silent = system.isTextual() ? system.textValue().isEmpty() : system.isEmpty();
    if (Place.says(system) && !(silent && (system.isTextual() || system.isArray()))) {
      say("system", parts.content(place, system));
    }
  }

  void read(String place, JsonNode message) {
    Place.require(place, message, JsonNode::isObject, "an object");
    switch (message.path("role").asText("")) {
      case "user" -> user(place + CONTENT, message.path("content"));
      case "assistant" -> assistant(place + CONTENT, message.path("content"));
      case "system" -> system(place + CONTENT, message.path("content"));
      default -> throw Place.mistake(place + "/role", "user, assistant or system");
    }
    Place.nameOthers("messages", message, Set.of("role", "content"), dropped);
  }

  private ObjectNode say(String role, JsonNode content) {
    var said = chat.addObject().put("role", role);
    said.set("content", content);
    return said;
  }

  /** Results of tools are messages of their own, in their places among the others. */
  private void user(String place, JsonNode content) {
    if (!content.isArray()) {
      say("user", parts.content(place, content));
      return;
    }
    var run = JsonNodeFactory.instance.arrayNode();
    int before = chat.size();
    int index = 0;
    for (var block : content) {
      var at = place + "/" + index;
      if (PartsReader.type(at, block).equals("tool_result")) {
        flush(run);
        result(at, block);
      } else {
        parts.part(at, block, run);
      }
      index++;
    }
    if (run.isEmpty() && chat.size() == before) {
      say("user", JsonNodeFactory.instance.textNode("")); // it held nothing that chat has
    }
    flush(run);
  }

  private void flush(ArrayNode run) {
    if (!run.isEmpty()) {
      say("user", run.deepCopy());
      run.removeAll();
    }
  }

  private void result(String place, JsonNode block) {
    Place.require(place + "/tool_use_id", block.path("tool_use_id"), JsonNode::isTextual, "a text");
    var content = block.path("content");
    var read =
        Place.says(content)
            ? parts.content(place + CONTENT, content)
            : JsonNodeFactory.instance.textNode("");
    var said = say("tool", cached(read, block.path("cache_control")));
    said.set("tool_call_id", block.path("tool_use_id"));
    if (block.path("is_error").booleanValue()) {
      said.put("is_error", true);
    }
    Place.nameOthers(BLOCKS, block, OF_RESULT, dropped);
  }

  /** What is to be cached up to the end of a result is so up to its last part. */
  private JsonNode cached(JsonNode content, JsonNode cache) {
    if (!cache.isObject()) {
      return content;
    }
    var all = content instanceof ArrayNode array ? array : JsonNodeFactory.instance.arrayNode();
    if (content.isTextual() && !content.textValue().isEmpty()) {
      all.addObject().put("type", "text").set("text", content);
    }
    if (all.path(all.size() - 1) instanceof ObjectNode last) {
      last.set("cache_control", cache);
      return all;
    }
    dropped.add(BLOCKS + ".cache_control");
    return content;
  }

  private void assistant(String place, JsonNode content) {
    if (!content.isArray()) {
      say("assistant", parts.content(place, content));
      return;
    }
    var texts = JsonNodeFactory.instance.arrayNode();
    var calls = JsonNodeFactory.instance.arrayNode();
    var details = JsonNodeFactory.instance.arrayNode();
    int index = 0;
    for (var block : content) {
      var at = place + "/" + index;
      switch (PartsReader.type(at, block)) {
        case "thinking" -> thought(at, block, details);
        case "redacted_thinking" -> redacted(at, block, details);
        case "tool_use" -> call(at, block, calls);
        default -> parts.part(at, block, texts);
      }
      index++;
    }
    var said = say("assistant", PartsReader.simplest(texts));
    if (!details.isEmpty()) {
      said.set("reasoning_details", details);
    }
    if (!calls.isEmpty()) {
      if (texts.isEmpty()) {
        said.remove("content");
      }
      said.set("tool_calls", calls);
    }
  }

  private void thought(String place, JsonNode block, ArrayNode details) {
    Place.require(place + "/thinking", block.path("thinking"), JsonNode::isTextual, "a text");
    var signature = block.path("signature").asText("");
    var sealed = Thought.opened(signature);
    var detail = sealed.orElseGet(JsonNodeFactory.instance::objectNode);
    if (sealed.isPresent()) {
      foreign = true;
      boolean summary = detail.path("type").asText().equals("reasoning.summary");
      detail.set(summary ? "summary" : "text", block.path("thinking"));
    } else {
      detail.put("type", "reasoning.text").set("text", block.path("thinking"));
      detail.put("signature", signature).put("format", Thought.OWN);
    }
    details.add(detail.put("index", details.size()));
    Place.nameOthers(BLOCKS, block, OF_THOUGHT, dropped);
  }

  private void redacted(String place, JsonNode block, ArrayNode details) {
    Place.require(place + "/data", block.path("data"), JsonNode::isTextual, "a text");
    var data = block.path("data").textValue();
    var sealed = Thought.opened(data);
    foreign |= sealed.isPresent();
    var detail =
        sealed.orElseGet(() ->
            JsonNodeFactory.instance
                .objectNode()
                .put("type", "reasoning.encrypted")
                .put("data", data)
                .put("format", Thought.OWN));
    details.add(detail.put("index", details.size()));
  }

  private void call(String place, JsonNode block, ArrayNode calls) {
    Place.require(place + "/id", block.path("id"), JsonNode::isTextual, "a text");
    Place.require(place + "/name", block.path("name"), JsonNode::isTextual, "a text");
    Place.require(place + "/input", block.path("input"), JsonNode::isObject, "an object");
    var call = calls.addObject();
    call.set("id", block.path("id"));
    var function = call.put("type", "function").putObject("function");
    function.set("name", block.path("name"));
    function.put(
        "arguments", new String(WireJson.bytes(block.path("input")), StandardCharsets.UTF_8));
    Place.nameOthers(BLOCKS, block, OF_CALL, dropped);
    if (!block.path("caller").path("type").asText(OWN_DOING).equals(OWN_DOING)) {
      dropped.add(BLOCKS + ".caller");
    }
  }
}
