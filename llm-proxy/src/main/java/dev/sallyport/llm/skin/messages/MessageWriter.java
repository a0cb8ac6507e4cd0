package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Refused;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;

/** Turns a whole chat answer into a message. */
final class MessageWriter {
  private MessageWriter() {}

  static ObjectNode message(ChatRequest asked, ObjectNode chat) {
    var choice = chat.path("choices").path(0);
    var said = choice.path("message");
    var message = Words.message(chat);
    var content = message.withArrayProperty("content");
    thoughts(said, content);
    text(said.path("content"), content);
    var refusal = said.path("refusal").asText("");
    boolean explained = Refused.is(choice);
    if (!explained) {
      text(said.path("refusal"), content);
    }
    boolean calls = false;
    for (var call : said.path("tool_calls")) {
      calls = true;
      var function = call.path("function");
      var use = Words.call(call.path("id").asText(""), function.path("name").asText(""));
      content.add(use.set("input", input(function.path("arguments").asText(""))));
    }
    Words.putStop(message, choice, calls, !refusal.isEmpty(), explained ? refusal : "");
    var usage =
        ChatUsage.read(chat.path("usage"))
            .orElseGet(() -> Words.estimate(asked, WireJson.bytes(content).length));
    message.set("usage", Words.usage(usage, chat.path("service_tier")));
    if (chat.path(LeftOut.BESIDE).isObject()) {
      message.set(LeftOut.BESIDE, chat.path(LeftOut.BESIDE).deepCopy());
    }
    leftOut(chat, message).tell(message);
    return message;
  }

  private static LeftOut leftOut(ObjectNode chat, ObjectNode message) {
    var leftOut = Words.leftOut();
    leftOut.take(chat);
    leftOut.look("", chat);
    Words.nameUntold(chat.path("choices").path(0), message, leftOut);
    if (chat.path("choices").size() > 1) {
      leftOut.add("choices");
    }
    if (chat.path("service_tier").isTextual() && Words.tier(chat.path("service_tier")) == null) {
      leftOut.add("service_tier");
    }
    return leftOut;
  }

  private static void thoughts(JsonNode said, ArrayNode content) {
    boolean shown = false;
    for (var detail : said.path("reasoning_details")) {
      shown |= Thought.isShown(detail);
      Thought.put(detail, content);
    }
    var reasoning = said.path("reasoning").asText("");
    if (!shown && !reasoning.isEmpty()) {
      Thought.put(Thought.of(reasoning), content);
    }
  }

  private static void text(JsonNode text, ArrayNode content) {
    if (text.isTextual() && !text.textValue().isEmpty()) {
      content.add(Words.text(text.textValue()));
    }
    for (var part : text) {
      text(part.path("text"), content);
    }
  }

  /** Arguments as the object that they should be, even if they are none. */
  private static ObjectNode input(String arguments) {
    if (arguments.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return WireJson.object(arguments.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedReplyException _) {
      return JsonNodeFactory.instance.objectNode().put("arguments", arguments);
    }
  }
}
