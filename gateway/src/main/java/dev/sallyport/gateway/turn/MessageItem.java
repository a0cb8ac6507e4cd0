package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** The message of one model answer, written as its text comes; none if no text comes. */
final class MessageItem {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int NOT_BEGUN = -1;

  private final ResponseWriter writer;
  private final StringBuilder text = new StringBuilder();
  private final ObjectNode item = NODES.objectNode();
  private int index = NOT_BEGUN;

  MessageItem(ResponseWriter writer) {
    this.writer = writer;
  }

  void text(String delta) throws IOException {
    if (delta.isEmpty()) {
      return;
    }
    if (index == NOT_BEGUN) {
      begin();
    }
    text.append(delta);
    writer.within(
        "response.output_text.delta",
        index,
        event -> event.put("content_index", 0).put("delta", delta).putArray("logprobs"));
  }

  private void begin() throws IOException {
    item.put("id", writer.nextId("msg"))
        .put("type", "message")
        .put("status", "in_progress")
        .put("role", "assistant")
        .putArray("content");
    index = writer.begin(item);
    writer.within(
        "response.content_part.added",
        index,
        event -> event.put("content_index", 0).set("part", part("")));
  }

  void end() throws IOException {
    end("completed");
  }

  /** Ends it where it is: no more text comes. */
  void breakOff() throws IOException {
    end("incomplete");
  }

  private void end(String status) throws IOException {
    if (index == NOT_BEGUN) {
      return;
    }
    var whole = text.toString();
    item.put("status", status).withArray("content").add(part(whole));
    writer.within(
        "response.output_text.done",
        index,
        event -> event.put("content_index", 0).put("text", whole).putArray("logprobs"));
    writer.within(
        "response.content_part.done",
        index,
        event -> event.put("content_index", 0).set("part", part(whole)));
    writer.end(index);
  }

  private static ObjectNode part(String text) {
    var part = NODES.objectNode().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }
}
