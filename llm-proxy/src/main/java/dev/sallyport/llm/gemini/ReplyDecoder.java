package dev.sallyport.llm.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.ChatUsage;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Refused;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.spi.WireReply;
import java.util.Optional;

/** Turns a whole answer into a chat answer. */
final class ReplyDecoder {
  private ReplyDecoder() {}

  static Reply decode(WireReply reply, Attempt attempt) throws MalformedReplyException {
    if (!reply.succeeded()) {
      return new Reply.Failed(GeminiErrors.of(reply).orElseGet(() -> Failure.of(reply)));
    }
    var answer = WireJson.object(reply.body());
    var error = GeminiErrors.of(answer);
    if (error.isPresent()) {
      return new Reply.Failed(error.get());
    }
    if (answer.path("candidates").isEmpty()) {
      if (answer.at("/promptFeedback/blockReason").isTextual()) {
        return new Reply.Failed(GeminiErrors.blocked(answer.path("promptFeedback")));
      }
      throw new MalformedReplyException("no candidate");
    }
    return candidates(answer, attempt);
  }

  private static Reply candidates(ObjectNode answer, Attempt attempt)
      throws MalformedReplyException {
    var head = AnswerName.of(answer, attempt);
    var chat = head.object("chat.completion");
    var choices = chat.putArray("choices");
    var ids = new CallIds(head.id());
    var leftOut = AnswerMembers.leftOut();
    leftOut.look("", answer);
    Optional<String> finished = Optional.empty();
    for (var one : answer.path("candidates")) {
      var candidate = new Candidate(ids, leftOut);
      var message = new MessageBuilder();
      for (var delta : candidate.accept(one)) {
        message.add(delta);
      }
      var reason =
          candidate.reason().orElseThrow(() -> new MalformedReplyException("not a whole answer"));
      finished = candidate.finishReason();
      if (finished.isEmpty()) {
        return new Reply.Failed(GeminiErrors.unusable(reason));
      }
      candidate.nameUntold();
      var choice = choices.addObject().put("index", one.path("index").asInt(choices.size() - 1));
      var said = message.message();
      choice.set("message", said);
      choice.set("logprobs", Logprobs.of(one));
      choice.put("finish_reason", finished.get()).put("native_finish_reason", reason);
      candidate
          .refusal()
          .ifPresent(words -> {
            said.put("refusal", words);
            Refused.put(choice, MissingNode.getInstance());
          });
    }
    var usage = UsageReader.read(answer.path("usageMetadata"));
    usage.ifPresent(counted -> chat.set("usage", ChatUsage.of(counted)));
    ServiceTier.put(chat, answer.at(GeminiStream.TRAFFIC), leftOut);
    leftOut.tell(chat);
    return new Reply.Completed(
        WireJson.bytes(chat), new Served(Optional.of(head.model()), finished, usage));
  }

  /** Puts the deltas of one candidate together. */
  private static final class MessageBuilder {
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ObjectNode lists = JsonNodeFactory.instance.objectNode();

    void add(ObjectNode delta) {
      content.append(delta.path("content").asText(""));
      reasoning.append(delta.path("reasoning").asText(""));
      for (var detail : delta.path("reasoning_details")) {
        addDetail(detail);
      }
      for (var name : new String[] {"tool_calls", "images"}) {
        for (var one : delta.path(name)) {
          if (one instanceof ObjectNode item) {
            item.remove("index");
            lists.withArray("/" + name).add(item);
          }
        }
      }
    }

    private void addDetail(JsonNode detail) {
      var details = lists.withArray("/reasoning_details");
      var before = details.path(details.size() - 1);
      if (before instanceof ObjectNode open && open.path("index").equals(detail.path("index"))) {
        open.put("text", open.path("text").asText("") + detail.path("text").asText(""));
        if (detail.has("signature")) {
          open.set("signature", detail.path("signature"));
        }
      } else {
        details.add(detail);
      }
    }

    ObjectNode message() {
      var message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
      if (content.isEmpty() && (lists.has("tool_calls") || lists.has("images"))) {
        message.putNull("content");
      } else {
        message.put("content", content.toString());
      }
      message.putNull("refusal");
      if (!reasoning.isEmpty()) {
        message.put("reasoning", reasoning.toString());
      }
      message.setAll(lists);
      return message;
    }
  }
}
