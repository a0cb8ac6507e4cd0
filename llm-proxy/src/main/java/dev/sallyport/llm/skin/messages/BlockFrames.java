package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the blocks of a streamed message, each of which ends before the next begins. A call of a
 * tool begins with its arguments; one without any comes last. Where calls come in turns, the one
 * that was begun goes on as it comes until its arguments are whole, and all else that is said waits
 * for it: never more than one answer may hold.
 */
final class BlockFrames {
  private static final List<String> SPOKEN = List.of("reasoning", "content", "refusal");

  private final Consumer<ObjectNode> out;
  private final Map<Integer, CallFrames> calls = new HashMap<>();

  /** By their index, the calls that may begin once the one that is open has ended. */
  private final TreeMap<Integer, CallFrames> waiting = new TreeMap<>();

  /** The deltas whose text and thoughts wait until the open call has ended. */
  private final List<ObjectNode> unsaid = new ArrayList<>();

  private int next;
  private long said;
  private boolean refused;
  private @Nullable Integer text;
  private @Nullable ThoughtFrames thought;
  private @Nullable CallFrames open;

  BlockFrames(Consumer<ObjectNode> out) {
    this.out = out;
  }

  /** Writes what a delta says, or has it wait. */
  void accept(ObjectNode delta) {
    if (speaks(delta)) {
      unsaid.add(delta);
    }
    for (var call : delta.path("tool_calls")) {
      call(call);
    }
    goOn(false);
  }

  /** Writes all that waits, and ends every block. */
  void end() {
    calls.forEach((index, call) -> queue(index, call, true));
    goOn(true);
    endBlock();
  }

  /** How many bytes were written of what was said. */
  long said() {
    return said;
  }

  /** Whether the model refused in words of their own. */
  boolean refused() {
    return refused;
  }

  /** Whether a tool is called. */
  boolean called() {
    return !calls.isEmpty();
  }

  private static boolean speaks(ObjectNode delta) {
    return !delta.path("reasoning_details").isEmpty()
        || SPOKEN.stream().anyMatch(name -> !delta.path(name).asText("").isEmpty());
  }

  private void call(JsonNode delta) {
    int index = delta.path("index").asInt(calls.size());
    var call = calls.computeIfAbsent(index, _ -> new CallFrames(this));
    said += call.accept(delta);
    queue(index, call, false);
  }

  private void queue(int index, CallFrames call, boolean last) {
    if (call.waits(last)) {
      waiting.put(index, call);
    }
  }

  /**
   * Writes what waits, as far as nothing can follow in the open call.
   *
   * @param last whether nothing follows at all
   */
  private void goOn(boolean last) {
    while (waits() && (open == null || last || open.isWhole())) {
      unsaid.forEach(this::speak);
      unsaid.clear();
      var first = waiting.pollFirstEntry();
      if (first != null) {
        begin(first.getValue());
      }
    }
  }

  private boolean waits() {
    return !unsaid.isEmpty() || !waiting.isEmpty();
  }

  private void begin(CallFrames call) {
    endBlock();
    open = call;
    said += call.begin();
  }

  private void speak(ObjectNode delta) {
    said += reasoning(delta);
    said += text(delta.path("content").asText(""));
    var refusal = delta.path("refusal").asText("");
    refused |= !refusal.isEmpty();
    said += text(refusal);
  }

  private long reasoning(ObjectNode delta) {
    boolean shown = false;
    long written = 0;
    for (var detail : delta.path("reasoning_details")) {
      if (detail instanceof ObjectNode object) {
        shown |= Thought.isShown(object);
        written += detail(object);
      }
    }
    var reasoning = delta.path("reasoning").asText("");
    return shown || reasoning.isEmpty() ? written : written + detail(Thought.of(reasoning));
  }

  private long detail(ObjectNode detail) {
    if (!Thought.isShown(detail)) {
      endBlock();
      int index = next++;
      var data = Thought.data(detail);
      start(index, Words.block("redacted_thinking").put("data", data));
      stop(index);
      return data.length();
    }
    var growing = thought;
    if (growing == null || !growing.takes(detail)) {
      endBlock();
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
      endBlock();
      index = next++;
      text = index;
      start(index, Words.text(""));
    }
    delta(index, Words.block("text_delta").put("text", more));
    return more.length();
  }

  private void endBlock() {
    if (text != null) {
      stop(text);
      text = null;
    }
    if (thought != null) {
      thought.end();
      thought = null;
    }
    if (open != null) {
      open.end();
      open = null;
    }
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
