package dev.sallyport.llm.skin.messages;

import com.fasterxml.jackson.databind.JsonNode;

/** Writes one call of a tool, from when its name is known. */
final class CallFrames {
  private final BlockFrames blocks;
  private final StringBuilder waiting = new StringBuilder();
  private String id = "";
  private String name = "";
  private int index = -1;
  private boolean said;

  CallFrames(BlockFrames blocks) {
    this.blocks = blocks;
  }

  long accept(JsonNode call) {
    var function = call.path("function");
    if (id.isEmpty()) {
      id = call.path("id").asText("");
    }
    if (name.isEmpty()) {
      name = function.path("name").asText("");
    }
    waiting.append(function.path("arguments").asText(""));
    if (index < 0 && !id.isEmpty() && !name.isEmpty()) {
      index = blocks.place();
      var block = BlockFrames.block("tool_use").put("id", id).put("name", name);
      block.putObject("input");
      blocks.start(index, block);
    }
    return index < 0 ? 0 : say();
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
    blocks.delta(index, BlockFrames.block("input_json_delta").put("partial_json", json));
  }

  /** Arguments must be JSON, also of a call without any. */
  void end() {
    if (index < 0) {
      return;
    }
    if (!said) {
      say("{}");
    }
    blocks.stop(index);
  }
}
