package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.DataUrl;
import dev.sallyport.llm.spi.UnreadMembers;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Turns the messages of a chat into the items of an input. */
final class ItemsEncoder {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The same in both forms, of what the model is told. */
  private static final String BREAKPOINT = "prompt_cache_breakpoint";

  private final Set<String> dropped;
  private final Set<String> customCalls = new HashSet<>();
  private final ArrayNode items = NODES.arrayNode();

  /**
   * @param dropped takes the names of what cannot be carried
   */
  ItemsEncoder(Set<String> dropped) {
    this.dropped = dropped;
  }

  ArrayNode encode(JsonNode messages) throws CannotCarryException {
    int index = 0;
    for (var message : messages) {
      message(message, "messages/" + index);
      index++;
    }
    return items;
  }

  private void message(JsonNode message, String place) throws CannotCarryException {
    if (message.hasNonNull("name")) {
      dropped.add("messages.name");
    }
    var role = message.path("role").asText("");
    switch (role) {
      case "system", "developer", "user" -> {
        var item = items.addObject().put("type", "message").put("role", role);
        item.set("content", content(message.path("content"), place + "/content"));
      }
      case "assistant" -> assistant(message, place);
      case "tool" -> output(message, place);
      default ->
          throw new CannotCarryException(
              place + "/role must be system, developer, user, assistant or tool.");
    }
  }

  private void assistant(JsonNode message, String place) throws CannotCarryException {
    var reasoning = ReasoningItems.items(message.path("reasoning_details"));
    nameForeignReasoning(message);
    var calls = message.path("tool_calls");
    reasoning.stream()
        .filter(one -> one.before().filter(id -> has(calls, id)).isEmpty())
        .forEach(one -> items.add(one.item()));
    said(message, place);
    for (var call : calls) {
      var id = call.path("id").asText("");
      reasoning.stream()
          .filter(one -> one.before().equals(Optional.of(id)))
          .forEach(one -> items.add(one.item()));
      call(call, id, place);
    }
    for (var name : List.of("function_call", "audio")) {
      if (message.hasNonNull(name)) {
        dropped.add("messages." + name);
      }
    }
  }

  private static boolean has(JsonNode calls, String id) {
    for (var call : calls) {
      if (call.path("id").asText("").equals(id)) {
        return true;
      }
    }
    return false;
  }

  /** What another provider reasoned is of no use to this one, which would refuse it. */
  private void nameForeignReasoning(JsonNode message) {
    for (var detail : message.path("reasoning_details")) {
      if (!detail.path("format").asText("").equals(ReasoningItems.FORMAT)) {
        dropped.add("messages.reasoning_details");
      }
    }
    if (message.path("reasoning_details").isEmpty() && message.hasNonNull("reasoning")) {
      dropped.add("messages.reasoning");
    }
  }

  private void said(JsonNode message, String place) throws CannotCarryException {
    var parts = NODES.arrayNode();
    var content = message.path("content");
    if (content.isTextual() && !content.textValue().isEmpty()) {
      text(parts, "output_text", content);
    }
    for (var part : content) {
      switch (part.path("type").asText("")) {
        case "text" -> {
          text(parts, "output_text", part.path("text"));
          noteCache(part);
          if (part.hasNonNull(BREAKPOINT)) {
            dropped.add(UnreadMembers.CACHE_BREAKPOINT);
          }
        }
        case "refusal" ->
            parts.addObject().put("type", "refusal").set("refusal", part.path("refusal"));
        default ->
            throw new CannotCarryException(
                place + "/content can only be text for this model's provider.");
      }
    }
    if (!message.path("refusal").asText("").isEmpty()) {
      parts.addObject().put("type", "refusal").set("refusal", message.path("refusal"));
    }
    if (parts.isEmpty()) {
      return;
    }
    var item = items.addObject().put("type", "message").put("role", "assistant");
    boolean plain = parts.size() == 1 && parts.path(0).has("text");
    item.set("content", plain ? parts.path(0).path("text") : parts);
  }

  private static void text(ArrayNode parts, String type, JsonNode text) {
    parts.addObject().put("type", type).set("text", text);
  }

  private void call(JsonNode call, String id, String place) throws CannotCarryException {
    boolean custom = call.path("type").asText("function").equals("custom");
    var body = call.path(custom ? "custom" : "function");
    if (id.isEmpty() || !body.path("name").isTextual()) {
      throw new CannotCarryException(
          place + "/tool_calls must be functions or custom tools with an id.");
    }
    var item = items.addObject().put("type", custom ? "custom_tool_call" : "function_call");
    item.put("call_id", id).set("name", body.path("name"));
    if (custom) {
      customCalls.add(id);
    }
    var written = custom ? "input" : "arguments";
    item.put(written, body.path(written).asText(""));
  }

  private void output(JsonNode message, String place) throws CannotCarryException {
    var id = message.path("tool_call_id");
    if (!id.isTextual()) {
      throw new CannotCarryException(place + "/tool_call_id must name the call.");
    }
    if (message.path("is_error").booleanValue()) {
      dropped.add("messages.is_error");
    }
    boolean custom = customCalls.contains(id.textValue());
    var item =
        items.addObject().put("type", custom ? "custom_tool_call_output" : "function_call_output");
    item.set("call_id", id);
    item.set("output", content(message.path("content"), place + "/content"));
  }

  private JsonNode content(JsonNode content, String place) throws CannotCarryException {
    if (content.isTextual()) {
      return content;
    }
    if (!content.isArray() && !content.isNull() && !content.isMissingNode()) {
      throw new CannotCarryException(place + " must be a text or a list of parts.");
    }
    if (content.isEmpty()) {
      return NODES.textNode("");
    }
    var parts = NODES.arrayNode();
    int index = 0;
    for (var part : content) {
      var item = part(part, place + "/" + index);
      if (part.hasNonNull(BREAKPOINT)) {
        if (item.has("text")) {
          item.set(BREAKPOINT, part.get(BREAKPOINT));
        } else {
          dropped.add(UnreadMembers.CACHE_BREAKPOINT); // OpenAI refuses one on an image
        }
      }
      parts.add(item);
      noteCache(part);
      index++;
    }
    return parts;
  }

  private void noteCache(JsonNode part) {
    if (part.hasNonNull("cache_control")) {
      dropped.add("cache_control");
    }
  }

  private static ObjectNode part(JsonNode part, String place) throws CannotCarryException {
    var item = NODES.objectNode();
    switch (part.path("type").asText("")) {
      case "text" -> item.put("type", "input_text").set("text", part.path("text"));
      case "refusal" -> item.put("type", "input_text").set("text", part.path("refusal"));
      case "image_url" -> {
        var image = part.path("image_url");
        item.put("type", "input_image");
        item.set("image_url", image.isTextual() ? image : image.path("url"));
        item.put("detail", image.path("detail").asText("auto"));
      }
      case "file" -> file(part.path("file"), item.put("type", "input_file"));
      case "input_audio" ->
          item.put("type", "input_audio").set("input_audio", part.path("input_audio"));
      default ->
          throw new CannotCarryException(
              place + " is of a kind that cannot be carried to the provider of this model.");
    }
    return item;
  }

  private static void file(JsonNode file, ObjectNode item) {
    for (var name : List.of("filename", "file_id")) {
      if (file.hasNonNull(name)) {
        item.set(name, file.get(name));
      }
    }
    if (!file.hasNonNull("file_data")) {
      return;
    }
    var data = file.path("file_data").asText("");
    boolean address = data.startsWith("http");
    item.set(address ? "file_url" : "file_data", file.get("file_data"));
    if (!address && item.path("filename").asText("").isBlank()) {
      boolean text = DataUrl.of(data).filter(DataUrl::isText).isPresent();
      item.put("filename", text ? "document.txt" : "document.pdf"); // OpenAI wants it named
    }
  }
}
