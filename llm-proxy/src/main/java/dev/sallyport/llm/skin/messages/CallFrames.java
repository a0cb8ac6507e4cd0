package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.skin.ObjectEnd;

/** Writes one call of a tool, of which nothing goes out before it begins. */
final class CallFrames {
  private final BlockFrames blocks;
  private final StringBuilder waiting = new StringBuilder();
  private final ObjectEnd whole = new ObjectEnd();
  private String id = "";
  private String name = "";
  private int index = -1;
  private boolean said;
  private boolean ended;

  CallFrames(BlockFrames blocks) {
    this.blocks = blocks;
  }

  /** Takes more of it, and tells how many bytes of that were written. */
  long accept(JsonNode call) {
    if (ended) {
      return 0; // what follows a whole object is no part of it
    }
    var function = call.path("function");
    if (id.isEmpty()) {
      id = call.path("id").asText("");
    }
    if (name.isEmpty()) {
      name = function.path("name").asText("");
    }
    var arguments = function.path("arguments").asText("");
    whole.accept(arguments);
    waiting.append(arguments);
    return index < 0 ? 0 : say();
  }

  /**
   * Whether it can begin, and has not. Of one without arguments nobody can tell while the answer
   * goes on: those that it has may come after what else is said.
   *
   * @param last whether nothing follows
   */
  boolean waits(boolean last) {
    return index < 0 && !id.isEmpty() && !name.isEmpty() && (last || !whole.isAwaited());
  }

  /** Whether nothing can follow in its arguments. */
  boolean isWhole() {
    return whole.isReached();
  }

  /** Begins with what was taken so far, and tells how many bytes that was. */
  long begin() {
    index = blocks.place();
    blocks.start(index, Words.call(id, name));
    if (whole.isAwaited()) {
      waiting.setLength(0);
    }
    return say();
  }

  private long say() {
    var json = waiting.toString();
    waiting.setLength(0);
    if (!json.isEmpty()) {
      say(json);
    }
    return json.length();
  }

  private void say(String json) {
    said = true;
    blocks.delta(index, Words.block("input_json_delta").put("partial_json", json));
  }

  /** Arguments must be JSON, also of a call without any. */
  void end() {
    ended = true;
    if (!said) {
      say("{}");
    }
    blocks.stop(index);
  }
}
