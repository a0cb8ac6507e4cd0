package dev.sallyport.llm.skin.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a response has before it has any output: mostly what its request said. */
final class ResponseHead {
  private static final List<String> REPEATED =
      List.of(
          "instructions",
          "max_output_tokens",
          "max_tool_calls",
          "metadata",
          "parallel_tool_calls",
          "prompt_cache_key",
          "reasoning",
          "safety_identifier",
          "service_tier",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "truncation",
          "user");

  private ResponseHead() {}

  static ObjectNode of(ObjectNode request, String id, long epochSecond, String model) {
    var head =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("object", "response")
            .put("created_at", epochSecond)
            .put("status", "in_progress")
            .put("background", false)
            .putNull("error")
            .putNull("incomplete_details")
            .putNull("instructions")
            .putNull("max_output_tokens")
            .put("model", model);
    head.putArray("output");
    head.put("parallel_tool_calls", true).putNull("previous_response_id");
    head.putObject("reasoning").putNull("effort").putNull("summary");
    head.put("store", false).put("temperature", 1.0);
    head.putObject("text").putObject("format").put("type", "text");
    head.put("tool_choice", "auto").putArray("tools");
    head.put("top_p", 1.0).put("truncation", "disabled").putObject("metadata");
    for (var name : REPEATED) {
      if (request.hasNonNull(name)) {
        head.set(name, request.get(name));
      }
    }
    if (!head.path("text").has("format")) {
      ObjectNode text = head.path("text").deepCopy();
      text.putObject("format").put("type", "text");
      head.set("text", text);
    }
    return head;
  }
}
