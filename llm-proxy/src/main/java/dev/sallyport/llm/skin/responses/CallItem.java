package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.skin.ObjectEnd;

/** Writes one call of a tool. */
final class CallItem {
  private final OutputWriter writer;
  private final int index;
  private final boolean custom;
  private final ObjectEnd whole = new ObjectEnd();
  private boolean closed;

  /** Begins with what is said first of the call. */
  CallItem(OutputWriter writer, JsonNode said) {
    this.writer = writer;
    this.custom = said.path("type").asText("").equals("custom");
    var body = said.path(custom ? "custom" : "function");
    var item = OutputWriter.object().put("id", writer.nextId(custom ? "ctc" : "fc"));
    item.put("type", custom ? "custom_tool_call" : "function_call").put("status", "in_progress");
    var id = said.path("id").asText("");
    item.put(member(), "").put("call_id", id.isEmpty() ? writer.nextId("call") : id);
    item.put("name", body.path("name").asText(""));
    this.index = writer.begin(item);
  }

  /** The place of its item. */
  int place() {
    return index;
  }

  private String member() {
    return custom ? "input" : "arguments";
  }

  private String event(String what) {
    return (custom ? "response.custom_tool_call_input." : "response.function_call_arguments.")
        + what;
  }

  /** Whether its arguments are whole, and it has not ended; of any other input, nobody can tell. */
  boolean isWhole() {
    return !custom && !closed && whole.isReached();
  }

  /** Takes more of it; what follows a whole object that something else came after is no part. */
  void write(JsonNode said) {
    if (closed) {
      return;
    }
    var more = said.path(custom ? "custom" : "function").path(member()).asText("");
    if (!more.isEmpty()) {
      whole.accept(more);
      writer.within(event("delta"), index, event -> event.put("delta", more));
    }
  }

  /** Arguments must be JSON, also of a call without any. */
  void close(String status) {
    closed = true;
    var item = writer.item(index);
    if (!custom && status.equals("completed") && item.path(member()).asText("").isEmpty()) {
      writer.within(event("delta"), index, event -> event.put("delta", "{}"));
    }
    var written = writer.item(index).path(member());
    var name = item.path("name");
    writer.within(
        event("done"),
        index,
        event -> {
          if (!custom) {
            event.set("name", name);
          }
          event.set(member(), written);
        });
    writer.end(index, status);
  }
}
