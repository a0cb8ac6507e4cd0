package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.skin.ChatMembers;
import dev.sallyport.llm.spi.LeftOut;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the items of a response as what they hold is said in chat form. Each ends when something
 * else begins; but calls, which may be told of in turn, only if their arguments are whole, and else
 * with the response.
 */
final class OutputWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Events events;
  private final ResponseLog log;
  private final String suffix;
  private final MessageItem message;
  private final ReasoningItem reasoning;
  private final LeftOut leftOut = members().leftOut();
  private final Map<Integer, CallItem> calls = new HashMap<>();

  /** The same by the places of their items. */
  private final Map<Integer, CallItem> callsAt = new HashMap<>();

  /** Those that were written to since what was whole has ended: only they can be whole now. */
  private final TreeMap<Integer, CallItem> written = new TreeMap<>();

  /**
   * @param suffix what tells this response's items from those of all others
   */
  OutputWriter(Events events, ResponseLog log, String suffix) {
    this.events = events;
    this.log = log;
    this.suffix = suffix;
    this.message = new MessageItem(this);
    this.reasoning = new ReasoningItem(this);
  }

  /**
   * Takes some of an answer, or all of it.
   *
   * @param said a delta or a message
   * @param choice that it stands in
   */
  void said(JsonNode said, JsonNode choice) {
    if (said.path("reasoning_details").isEmpty()) {
      thought(said.path("reasoning").asText(""));
    }
    for (var detail : said.path("reasoning_details")) {
      closeCalls();
      message.close("completed");
      reasoning.detail(detail);
    }
    var text = said.path("content").asText("");
    var likely = choice.path("logprobs").path("content");
    if (!text.isEmpty()) {
      spokenNext();
      message.text(text, likely);
    } else if (!likely.isEmpty() && !message.likely(likely)) {
      leftOut.add("logprobs");
    }
    var refusal = said.path("refusal").asText("");
    if (!refusal.isEmpty()) {
      spokenNext();
      message.refusal(refusal);
    }
    for (var annotation : said.path("annotations")) {
      spokenNext();
      message.annotation(annotation);
    }
    for (var image : said.path("images")) {
      image(image);
    }
    int place = 0;
    for (var call : said.path("tool_calls")) {
      call(call.path("index").asInt(place), call);
      place++;
    }
  }

  private static ChatMembers members() {
    return new ChatMembers()
        .choice("logprobs")
        .more("choices.logprobs", "content")
        .more("choices.stop_details", "type")
        .message("role", "content", "refusal", "reasoning", "reasoning_details", "annotations")
        .message("images", "tool_calls")
        .inMessage(".images", "image_url", "index", "type")
        .inMessage(".images.image_url", "url")
        .inMessage(".tool_calls", "custom", "function", "id", "index", "type")
        .inMessage(".tool_calls.custom", "input", "name")
        .inMessage(".tool_calls.function", "arguments", "name");
  }

  private void thought(String text) {
    if (!text.isEmpty()) {
      closeCalls();
      message.close("completed");
      reasoning.text(text);
    }
  }

  private void spokenNext() {
    closeCalls();
    reasoning.close("completed");
  }

  private void closeCalls() {
    written.values().stream().filter(CallItem::isWhole).forEach(call -> call.close("completed"));
    written.clear();
  }

  private void image(JsonNode image) {
    spokenNext();
    message.close("completed");
    if (!ImageItem.write(this, image)) {
      leftOut.add("images");
    }
  }

  private void call(int index, JsonNode said) {
    var known = calls.get(index);
    if (known == null) {
      spokenNext();
      message.close("completed");
      known = new CallItem(this, said);
      calls.put(index, known);
      callsAt.put(known.place(), known);
    }
    known.write(said);
    written.put(index, known);
  }

  /**
   * Ends all items that have not ended.
   *
   * @param incomplete whether the last of them was not written to its end
   */
  void close(boolean incomplete) {
    var open = log.open();
    int last = open.isEmpty() || !incomplete ? -1 : open.getLast();
    for (int index : open) {
      var status = index == last ? "incomplete" : "completed";
      if (message.isAt(index)) {
        message.close(status);
      } else if (reasoning.isAt(index)) {
        reasoning.close(status);
      }
      var call = callsAt.get(index);
      if (call != null) {
        call.close(status);
      }
    }
  }

  /** Looks in an answer, or a chunk of one, for what a response has no place for. */
  void look(JsonNode chat) {
    leftOut.take(chat);
    leftOut.look("", chat);
    for (var choice : chat.path("choices")) {
      if (choice.path("index").asInt(0) != 0) {
        leftOut.add("choices");
      }
    }
  }

  /** Tells in the response of what it has no place for. */
  void tellOfLeftOut(ObjectNode response) {
    leftOut.tell(response);
  }

  /** Begins an item, and gives its place. */
  int begin(ObjectNode item) {
    int index = log.size();
    events.emit(
        "response.output_item.added", event -> event.put("output_index", index).set("item", item));
    return index;
  }

  /** Tells of something within an item. */
  void within(String type, int index, Events.Detail detail) {
    var id = log.id(index);
    events.emit(
        type,
        event -> {
          event.put("item_id", id).put("output_index", index);
          detail.addTo(event);
        });
  }

  /** The item as it was told so far. */
  ObjectNode item(int index) {
    return log.item(index);
  }

  /**
   * Ends an item as it is now. Reasoning that is whole says nothing of it, since clients send it
   * back, and OpenAI has refused it with more than it gave.
   */
  void end(int index, String status) {
    var item = log.item(index).deepCopy();
    if (item.has("status") || !status.equals("completed")) {
      item.put("status", status);
    }
    events.emit(
        "response.output_item.done", event -> event.put("output_index", index).set("item", item));
  }

  /** The name of the next item. */
  String nextId(String prefix) {
    return prefix + "_" + suffix + "_" + log.size();
  }

  static ObjectNode object() {
    return NODES.objectNode();
  }
}
