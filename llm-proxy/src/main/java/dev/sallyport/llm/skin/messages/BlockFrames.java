package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the blocks of a streamed message. One of text or of thinking ends where another begins;
 * calls of tools may come in turns, and end with the message.
 */
final class BlockFrames {
  private final Consumer<ObjectNode> out;
  private final Map<Integer, CallFrames> calls = new TreeMap<>();
  private int next;
  private @Nullable Integer text;
  private @Nullable ThoughtFrames thought;

  BlockFrames(Consumer<ObjectNode> out) {
    this.out = out;
  }

  /** Writes what a delta says, and tells how many bytes that was. */
  long accept(ObjectNode delta) {
    long said = reasoning(delta);
    said += text(delta.path("content").asText(""));
    said += text(delta.path("refusal").asText(""));
    for (var call : delta.path("tool_calls")) {
      end(false);
      said +=
          calls
              .computeIfAbsent(call.path("index").asInt(calls.size()), _ -> new CallFrames(this))
              .accept(call);
    }
    return said;
  }

  /** Ends every block. */
  void end() {
    end(true);
  }

  /** Whether a tool is called. */
  boolean called() {
    return !calls.isEmpty();
  }

  private long reasoning(ObjectNode delta) {
    boolean shown = false;
    long said = 0;
    for (var detail : delta.path("reasoning_details")) {
      if (detail instanceof ObjectNode object) {
        shown |= Thought.isShown(object);
        said += detail(object);
      }
    }
    var reasoning = delta.path("reasoning").asText("");
    return shown || reasoning.isEmpty() ? said : said + detail(Thought.of(reasoning));
  }

  private long detail(ObjectNode detail) {
    if (!Thought.isShown(detail)) {
      end(false);
      int index = next++;
      var data = Thought.data(detail);
      start(index, block("redacted_thinking").put("data", data));
      stop(index);
      return data.length();
    }
    var growing = thought;
    if (growing == null || !growing.takes(detail)) {
      end(false);
      growing = new ThoughtFrames(this, next++, detail);
      thought = growing;
    }
    return growing.accept(detail);
  }

  private long text(String more) {
    if (more.isEmpty()) {
      return 0;
    }
    var index = text;
    if (index == null) {
      end(false);
      index = next++;
      text = index;
      start(index, block("text").put("text", ""));
    }
    delta(index, block("text_delta").put("text", more));
    return more.length();
  }

  private void end(boolean all) {
    if (text != null) {
      stop(text);
      text = null;
    }
    if (thought != null) {
      thought.end();
      thought = null;
    }
    if (all) {
      calls.values().forEach(CallFrames::end);
    }
  }

  static ObjectNode block(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  /** The place of one more block. */
  int place() {
    return next++;
  }

  void start(int index, JsonNode block) {
    var event = MessageFrames.event("content_block_start").put("index", index);
    event.set("content_block", block);
    out.accept(event);
  }

  void delta(int index, JsonNode delta) {
    var event = MessageFrames.event("content_block_delta").put("index", index);
    event.set("delta", delta);
    out.accept(event);
  }

  void stop(int index) {
    out.accept(MessageFrames.event("content_block_stop").put("index", index));
  }
}
