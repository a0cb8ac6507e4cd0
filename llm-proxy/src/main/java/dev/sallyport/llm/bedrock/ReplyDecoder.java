package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ReasoningDetails;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Turns a whole Converse answer into a chat answer. For one answer. */
final class ReplyDecoder {
  private final AnswerHead head;
  private final Names names;
  private final Family family;

  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final ArrayNode details = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode calls = JsonNodeFactory.instance.arrayNode();
  private boolean spoke;

  ReplyDecoder(AnswerHead head, Names names, Family family) {
    this.head = head;
    this.names = names;
    this.family = family;
  }

  Reply decode(ObjectNode answer) throws MalformedReplyException {
    var content = answer.at("/output/message/content");
    if (!content.isArray() || !answer.path("stopReason").isTextual()) {
      throw new MalformedReplyException("not a whole answer");
    }
    for (var block : content) {
      block(block);
    }
    var reason = answer.path("stopReason").textValue();
    var finished = StopReason.chat(reason);
    var chat = head.of("chat.completion");
    var choice = chat.putArray("choices").addObject().put("index", 0);
    choice.set("message", message());
    choice.putNull("logprobs").put("finish_reason", finished).put("native_finish_reason", reason);
    stopSequence(choice, answer);
    var usage = ConverseUsage.read(answer.path("usage"));
    usage.ifPresent(counted -> chat.set("usage", ChatUsage.of(counted)));
    tier(answer).ifPresent(tier -> chat.put("service_tier", tier));
    var leftOut = AnswerMembers.leftOut();
    leftOut.look("", answer);
    leftOut.tell(chat);
    return new Reply.Completed(
        WireJson.bytes(chat),
        new Served(Optional.of(head.model()), Optional.of(finished), usage, tier(answer)));
  }

  /** The tier by which an answer is billed, if it was told. */
  static Optional<String> tier(JsonNode answer) {
    return Optional.ofNullable(answer.path("serviceTier").path("type").textValue());
  }

  /** Says in a choice which sequence ended the answer, if the model told. */
  static void stopSequence(ObjectNode choice, JsonNode answer) {
    var sequence = answer.at("/additionalModelResponseFields/stop_sequence");
    if (sequence.isTextual()) {
      choice.set("stop_reason", sequence);
    }
  }

  private void block(JsonNode block) throws MalformedReplyException {
    if (block.has("text")) {
      spoke = true;
      text.append(block.path("text").asText());
    } else if (block.has("citationsContent")) {
      spoke = true;
      for (var part : block.path("citationsContent").path("content")) {
        text.append(part.path("text").asText());
      }
    } else if (block.has("toolUse")) {
      call(block.path("toolUse"));
    } else if (block.has("reasoningContent")) {
      thought(block.path("reasoningContent"));
    }
  }

  private void call(JsonNode use) throws MalformedReplyException {
    if (!use.path("input").isObject()) {
      throw new MalformedReplyException("a tool's input is not an object");
    }
    var call = calls.addObject().put("id", use.path("toolUseId").asText()).put("type", "function");
    call.putObject("function")
        .put("name", names.callers(use.path("name").asText()))
        .put("arguments", new String(WireJson.bytes(use.path("input")), StandardCharsets.UTF_8));
  }

  private void thought(JsonNode content) {
    int index = details.size();
    if (content.path("redactedContent").isTextual()) {
      var detail = Thoughts.detail(ReasoningDetails.ENCRYPTED, family, index);
      details.add(detail.set("data", content.path("redactedContent")));
      return;
    }
    var said = content.path("reasoningText");
    reasoning.append(said.path("text").asText(""));
    var detail = Thoughts.detail(ReasoningDetails.TEXT, family, index);
    detail.put("text", said.path("text").asText(""));
    if (said.path("signature").isTextual()) {
      detail.set("signature", said.path("signature"));
    }
    details.add(detail);
  }

  private ObjectNode message() {
    var message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
    if (spoke) {
      message.put("content", text.toString());
    } else {
      message.putNull("content");
    }
    message.putNull("refusal");
    if (!reasoning.isEmpty()) {
      message.put("reasoning", reasoning.toString());
    }
    if (!details.isEmpty()) {
      message.set("reasoning_details", details);
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    return message;
  }
}
