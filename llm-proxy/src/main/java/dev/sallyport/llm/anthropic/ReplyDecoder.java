package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Turns a whole message into a chat answer. */
final class ReplyDecoder {
  private ReplyDecoder() {}

  static Reply decode(ObjectNode message, long epochSecond) throws MalformedReplyException {
    if (message.path("type").asText().equals("error")) {
      return new Reply.Failed(Failure.said(message.path("error")));
    }
    var served = served(message);
    var chat = JsonNodeFactory.instance.objectNode();
    chat.put("id", message.path("id").asText("")).put("object", "chat.completion");
    chat.put("created", epochSecond).put("model", message.path("model").asText(""));
    var choice = chat.putArray("choices").addObject().put("index", 0);
    choice.set("message", answer(message));
    StopReason.put(choice.putNull("logprobs"), message);
    served.usage().ifPresent(counted -> chat.set("usage", ChatUsage.of(counted)));
    var leftOut = AnswerMembers.leftOut();
    leftOut.look("", message);
    MessageUsage.tellTier(message.path("usage"), chat, leftOut);
    leftOut.tell(chat);
    return new Reply.Completed(WireJson.bytes(chat), served);
  }

  /**
   * What a whole message says of itself.
   *
   * @throws MalformedReplyException if it is not a whole message
   */
  static Served served(ObjectNode message) throws MalformedReplyException {
    if (!message.path("type").asText().equals("message")
        || !message.path("content").isArray()
        || !message.path("stop_reason").isTextual()) {
      throw new MalformedReplyException("not a whole message");
    }
    var usage = new MessageUsage();
    usage.report(message.path("usage"));
    return new Served(
        Optional.ofNullable(message.path("model").textValue()),
        Optional.of(StopReason.chat(message.path("stop_reason").textValue())),
        usage.usage(),
        usage.serviceTier());
  }

  private static ObjectNode answer(JsonNode message) throws MalformedReplyException {
    var reasoning = new Reasoning();
    var text = new StringBuilder();
    boolean spoke = false;
    var calls = JsonNodeFactory.instance.arrayNode();
    for (var block : message.path("content")) {
      switch (block.path("type").asText()) {
        case "text" -> {
          spoke = true;
          text.append(block.path("text").asText());
        }
        case "tool_use" -> {
          if (!block.path("input").isObject()) {
            throw new MalformedReplyException("a tool's input is not an object");
          }
          var call = calls.addObject().put("id", block.path("id").asText());
          call.put("type", "function")
              .putObject("function")
              .put("name", block.path("name").asText())
              .put("arguments", json(block.path("input")));
        }
        case "thinking", "redacted_thinking" -> reasoning.add(block);
        default -> {} // server tools, which a chat request cannot ask for, and whatever comes
      }
    }
    var answer = JsonNodeFactory.instance.objectNode().put("role", "assistant");
    if (spoke) {
      answer.put("content", text.toString());
    } else {
      answer.putNull("content");
    }
    var explanation = StopReason.explanation(message);
    answer.put("refusal", explanation.isEmpty() ? null : explanation);
    reasoning.put(answer);
    if (!calls.isEmpty()) {
      answer.set("tool_calls", calls);
    }
    return answer;
  }

  private static String json(JsonNode tree) {
    return new String(WireJson.bytes(tree), StandardCharsets.UTF_8);
  }
}
