package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.CallArguments;
import dev.sallyport.llm.spi.CannotCarryException;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Turns the messages of a chat into Converse's system and turns, of which the user has the first
 * and which strictly alternate. Messages of the same role that follow each other become one, so
 * that the results of parallel calls are in one turn; results stand first in theirs.
 */
final class MessagesEncoder {
  /** What stands where Bedrock wants a text and the caller gave none. */
  private static final String NOTHING = ".";

  private final Set<String> dropped;
  private final PartsEncoder parts;
  private final ReasoningEncoder reasoning;
  private final ArrayNode system = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();

  /** Whose turn it is; empty before the first. */
  private String turn = "";

  /** What stands first in the turn, and what follows. */
  private ArrayNode results = JsonNodeFactory.instance.arrayNode();

  private ArrayNode others = JsonNodeFactory.instance.arrayNode();

  MessagesEncoder(Family family, Set<String> dropped) {
    this.dropped = dropped;
    this.parts = new PartsEncoder(dropped);
    this.reasoning = new ReasoningEncoder(family, dropped);
  }

  void encode(JsonNode chat) throws CannotCarryException {
    int index = 0;
    for (var message : chat) {
      encode(message, "messages/" + index);
      index++;
    }
    endTurn();
    if (messages.isEmpty()) {
      throw new CannotCarryException(
          "The provider of this model wants at least one message that is not the system's.");
    }
    trimEnd();
    for (var message : messages) {
      giveDocumentsAText((ArrayNode) message.path("content"));
    }
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
      case "tool" -> add("user", result(message, place));
      default ->
          throw new CannotCarryException(
              place + "/role must be system, developer, user, assistant or tool.");
    }
  }

  private ArrayNode assistant(JsonNode message, String place) throws CannotCarryException {
    var blocks = reasoning.blocks(message);
    blocks.addAll(parts.texts(message.path("content"), place + "/content"));
    var refusal = message.path("refusal");
    if (refusal.isTextual() && !refusal.textValue().isBlank()) {
      blocks.addObject().set("text", refusal);
    }
    for (var call : message.path("tool_calls")) {
      if (!call.path("id").isTextual() || !call.path("function").path("name").isTextual()) {
        throw new CannotCarryException(place + "/tool_calls must be functions with an id.");
      }
      var use = blocks.addObject().putObject("toolUse");
      use.put("toolUseId", Names.id(call.path("id").textValue()));
      use.put("name", Names.bedrocks(call.path("function").path("name").textValue()));
      use.set(
          "input",
          CallArguments.object(call.path("function").path("arguments").asText(""), dropped));
    }
    if (message.hasNonNull("function_call")) {
      dropped.add("messages.function_call");
    }
    return blocks;
  }

  /** A result, and the mark of what is to be cached behind it: it cannot stand within. */
  private ArrayNode result(JsonNode message, String place) throws CannotCarryException {
    if (!message.path("tool_call_id").isTextual()) {
      throw new CannotCarryException(place + "/tool_call_id must name the call.");
    }
    var blocks = JsonNodeFactory.instance.arrayNode();
    var result = blocks.addObject().putObject("toolResult");
    result.put("toolUseId", Names.id(message.path("tool_call_id").textValue()));
    var content = result.putArray("content");
    JsonNode point = JsonNodeFactory.instance.missingNode();
    for (var block : parts.blocks(message.path("content"), place + "/content")) {
      if (block.has("cachePoint")) {
        point = block;
      } else {
        content.add(block);
      }
    }
    if (message.path("is_error").booleanValue()) {
      result.put("status", "error");
    }
    if (!point.isMissingNode()) {
      blocks.add(point);
    }
    return blocks;
  }

  private void add(String role, ArrayNode blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    if (turn.isEmpty() && role.equals("assistant")) {
      messages.addObject().put("role", "user").putArray("content").addObject().put("text", NOTHING);
    }
    if (!turn.equals(role)) {
      endTurn();
      turn = role;
    }
    (blocks.get(0).has("toolResult") ? results : others).addAll(blocks);
  }

  private void endTurn() {
    if (!turn.isEmpty()) {
      messages.addObject().put("role", turn).set("content", results.addAll(others));
    }
    results = JsonNodeFactory.instance.arrayNode();
    others = JsonNodeFactory.instance.arrayNode();
  }

  private static void giveDocumentsAText(ArrayNode content) {
    boolean document = has(content, "document");
    if (document && !has(content, "text")) {
      content.addObject().put("text", NOTHING);
    }
  }

  private static boolean has(ArrayNode content, String kind) {
    return StreamSupport.stream(content.spliterator(), false).anyMatch(block -> block.has(kind));
  }

  /** Models refuse white space at the end of what they are to go on with. */
  private void trimEnd() {
    var last = messages.get(messages.size() - 1);
    var block = last.path("content").path(last.path("content").size() - 1);
    if (last.path("role").asText().equals("assistant")
        && block instanceof ObjectNode text
        && text.path("text").isTextual()) {
      text.put("text", text.path("text").textValue().stripTrailing());
    }
  }

  void put(ObjectNode out) {
    if (!system.isEmpty()) {
      out.set("system", system);
    }
    out.set("messages", messages);
  }

  /** Whether any turn calls a tool or brings a result. */
  boolean usesTools() {
    return messages.findValue("toolUse") != null || messages.findValue("toolResult") != null;
  }

  /** Whether the model called tools in the turn that goes on, and its thoughts are not there. */
  boolean actsWithoutThought() {
    int last = messages.size() - 1;
    var before = messages.path(last - 1).path("content");
    return messages.path(last).path("content").path(0).has("toolResult")
        && !before.path(0).has("reasoningContent");
  }
}
