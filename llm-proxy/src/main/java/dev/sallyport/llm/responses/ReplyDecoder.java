package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a whole response into a chat answer. */
final class ReplyDecoder {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final StringBuilder text = new StringBuilder();
  private final StringBuilder refusal = new StringBuilder();
  private final List<String> thoughts = new ArrayList<>();
  private final ArrayNode details = NODES.arrayNode();
  private final ArrayNode annotations = NODES.arrayNode();
  private final ArrayNode logprobs = NODES.arrayNode();
  private final ArrayNode calls = NODES.arrayNode();
  private final List<JsonNode> waiting = new ArrayList<>();
  private boolean spoke;

  private ReplyDecoder() {}

  static Reply decode(ObjectNode response) throws MalformedReplyException {
    var ended = ResponseEnd.of(response);
    if (ended.failure().isPresent()) {
      return new Reply.Failed(ended.failure().get());
    }
    var usage = ResponsesUsage.read(response.path("usage"));
    var decoder = new ReplyDecoder();
    for (var item : response.path("output")) {
      decoder.item(item);
    }
    decoder.settle(Optional.empty());
    var chat = NODES.objectNode().put("id", response.path("id").asText(""));
    chat.put("object", "chat.completion").put("created", response.path("created_at").asLong(0));
    chat.put("model", response.path("model").asText(""));
    var choice = chat.putArray("choices").addObject().put("index", 0);
    choice.set("message", decoder.message());
    if (decoder.logprobs.isEmpty()) {
      choice.putNull("logprobs");
    } else {
      choice.putObject("logprobs").putNull("refusal").set("content", decoder.logprobs);
    }
    var reason = ended.reason(!decoder.calls.isEmpty());
    choice.put("finish_reason", reason).put("native_finish_reason", ended.word());
    if (response.path("service_tier").isTextual()) {
      chat.set("service_tier", response.get("service_tier"));
    }
    usage.ifPresent(counted -> chat.set("usage", ChatUsage.of(counted)));
    var leftOut = AnswerMembers.leftOut();
    leftOut.look("", response);
    leftOut.tell(chat);
    var model = Optional.ofNullable(response.path("model").textValue());
    var served = new Served(model, Optional.of(reason), usage, ended.tier());
    return new Reply.Completed(WireJson.bytes(chat), served);
  }

  private void item(JsonNode item) {
    switch (item.path("type").asText("")) {
      case "reasoning" -> waiting.add(item);
      case "message" -> {
        settle(Optional.empty());
        item.path("content").forEach(this::part);
      }
      case "function_call", "custom_tool_call" -> {
        var call = ChatCalls.whole(item);
        boolean later = spoke || !calls.isEmpty();
        settle(later ? Optional.of(call.path("id").asText()) : Optional.empty());
        calls.add(call);
      }
      default -> {} // what a provider's own tools did: no such tool was asked for
    }
  }

  /** Where an item of reasoning stands is known by what comes after it. */
  private void settle(Optional<String> before) {
    for (var item : waiting) {
      item.path("summary").forEach(part -> thoughts.add(part.path("text").asText("")));
      item.path("content").forEach(part -> thoughts.add(part.path("text").asText("")));
      details.addAll(ReasoningItems.details(item, details.size(), before));
    }
    waiting.clear();
  }

  private void part(JsonNode part) {
    spoke = true;
    if (part.path("type").asText("").equals("refusal")) {
      refusal.append(part.path("refusal").asText(""));
      return;
    }
    text.append(part.path("text").asText(""));
    part.path("annotations").forEach(one -> annotations.add(ChatCalls.annotation(one)));
    part.path("logprobs").forEach(logprobs::add);
  }

  private ObjectNode message() {
    var message = NODES.objectNode().put("role", "assistant");
    boolean said = !text.isEmpty() || (calls.isEmpty() && refusal.isEmpty());
    message.put("content", said ? text.toString() : null);
    message.put("refusal", refusal.isEmpty() ? null : refusal.toString());
    if (!thoughts.isEmpty()) {
      message.put("reasoning", String.join("\n\n", thoughts));
    }
    if (!details.isEmpty()) {
      message.set("reasoning_details", details);
    }
    if (!annotations.isEmpty()) {
      message.set("annotations", annotations);
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    return message;
  }
}
