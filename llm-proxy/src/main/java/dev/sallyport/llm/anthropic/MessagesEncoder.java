package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CallArguments;
import dev.sallyport.llm.spi.CannotCarryException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns the messages of a chat into system text and turns that alternate between user and
 * assistant. Messages of the same role that follow each other become one; results of tools stand
 * first in theirs.
 */
final class MessagesEncoder {
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]+");

  private final Set<String> dropped;
  private final PartsEncoder parts;
  private final ArrayNode system = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();
  private int results; // at the beginning of the last message

  MessagesEncoder(Set<String> dropped) {
    this.dropped = dropped;
    this.parts = new PartsEncoder(dropped);
  }

  void encode(JsonNode chat) throws CannotCarryException {
    int index = 0;
    for (var message : chat) {
      encode(message, "messages/" + index);
      index++;
    }
    if (messages.isEmpty()) {
      throw new CannotCarryException(
          "The provider of this model wants at least one message that is not the system's.");
    }
    trimEnd();
  }

  private void encode(JsonNode message, String place) throws CannotCarryException {
    if (message.has("name") && !message.path("role").asText().equals("tool")) {
      dropped.add("messages.name");
    }
    switch (message.path("role").asText()) {
      case "system", "developer" ->
          system.addAll(parts.texts(message.path("content"), place + "/content"));
      case "user" -> add("user", parts.blocks(message.path("content"), place + "/content"));
      case "assistant" -> add("assistant", assistant(message, place));
      case "tool" -> add("user", JsonNodeFactory.instance.arrayNode().add(result(message, place)));
      default ->
          throw new CannotCarryException(
              place + "/role must be system, developer, user, assistant or tool.");
    }
  }

  private ArrayNode assistant(JsonNode message, String place) throws CannotCarryException {
    var blocks = Reasoning.blocks(message, dropped);
    blocks.addAll(parts.texts(message.path("content"), place + "/content"));
    var refusal = message.path("refusal");
    if (refusal.isTextual() && !refusal.textValue().isEmpty()) {
      blocks.addObject().put("type", "text").set("text", refusal);
    }
    for (var call : message.path("tool_calls")) {
      if (!call.path("id").isTextual() || !call.path("function").path("name").isTextual()) {
        throw new CannotCarryException(place + "/tool_calls must be functions with an id.");
      }
      var block = blocks.addObject().put("type", "tool_use");
      block.put("id", id(call.path("id").textValue()));
      block.set("name", call.path("function").path("name"));
      block.set(
          "input",
          CallArguments.object(call.path("function").path("arguments").asText(""), dropped));
    }
    if (message.hasNonNull("function_call")) {
      dropped.add("messages.function_call");
    }
    return blocks;
  }

  /**
   * Anthropic takes ids of some letters only: those of others are written anew, each its own way.
   */
  private static String id(String given) {
    if (ID.matcher(given).matches()) {
      return given;
    }
    var bytes = given.getBytes(StandardCharsets.UTF_8);
    return "toolu_x" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private ObjectNode result(JsonNode message, String place) throws CannotCarryException {
    if (!message.path("tool_call_id").isTextual()) {
      throw new CannotCarryException(place + "/tool_call_id must name the call.");
    }
    var block = JsonNodeFactory.instance.objectNode().put("type", "tool_result");
    block.put("tool_use_id", id(message.path("tool_call_id").textValue()));
    var content = message.path("content");
    if (content.isTextual()) {
      block.set("content", content);
    } else {
      block.set("content", parts.blocks(content, place + "/content"));
    }
    if (message.path("is_error").booleanValue()) {
      block.put("is_error", true);
    }
    return block;
  }

  private void add(String role, ArrayNode blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    if (messages.isEmpty()
        || !messages.get(messages.size() - 1).path("role").asText().equals(role)) {
      messages.addObject().put("role", role).set("content", blocks);
      results = 0;
      while (results < blocks.size() && isResult(blocks.get(results))) {
        results++;
      }
      return;
    }
    var before = (ArrayNode) messages.get(messages.size() - 1).path("content");
    for (var block : blocks) {
      if (isResult(block)) {
        before.insert(results++, block);
      } else {
        before.add(block);
      }
    }
  }

  private static boolean isResult(JsonNode block) {
    return block.path("type").asText().equals("tool_result");
  }

  /** Anthropic refuses white space at the end of what the assistant is to go on with. */
  private void trimEnd() {
    var last = messages.get(messages.size() - 1);
    var block = last.path("content").path(last.path("content").size() - 1);
    if (last.path("role").asText().equals("assistant")
        && block instanceof ObjectNode text
        && text.path("text").isTextual()) {
      text.put("text", text.path("text").textValue().stripTrailing());
    }
  }

  void putSystem(ObjectNode out) {
    if (system.size() == 1 && system.get(0).size() == 2) {
      out.set("system", system.get(0).path("text"));
    } else if (!system.isEmpty()) {
      out.set("system", system);
    }
  }

  ArrayNode messages() {
    return messages;
  }
}
