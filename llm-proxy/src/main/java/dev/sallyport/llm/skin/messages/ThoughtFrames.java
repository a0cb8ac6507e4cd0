package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes one block of thinking. */
final class ThoughtFrames {
  private final BlockFrames blocks;
  private final int index;
  private final ObjectNode detail;

  ThoughtFrames(BlockFrames blocks, int index, ObjectNode first) {
    this.blocks = blocks;
    this.index = index;
    this.detail = first.deepCopy();
    blocks.start(index, Words.block("thinking").put("thinking", "").put("signature", ""));
  }

  /** Whether a detail is more of this one. */
  boolean takes(ObjectNode more) {
    return more.path("type").equals(detail.path("type"))
        && more.path("index").equals(detail.path("index"))
        && (detail.path("signature").asText("").isEmpty() || Thought.text(more).isEmpty());
  }

  long accept(ObjectNode more) {
    detail.setAll(more);
    var text = Thought.text(more);
    if (!text.isEmpty()) {
      blocks.delta(index, Words.block("thinking_delta").put("thinking", text));
    }
    return text.length();
  }

  void end() {
    var signature = Thought.signature(detail);
    if (!signature.isEmpty()) {
      blocks.delta(index, Words.block("signature_delta").put("signature", signature));
    }
    blocks.stop(index);
  }
}
