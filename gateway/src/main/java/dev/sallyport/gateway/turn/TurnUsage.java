package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What all model calls of a turn used together. */
final class TurnUsage {
  private long input;
  private long cached;
  private long output;
  private long reasoning;

  void add(JsonNode usage) {
    input += usage.path("prompt_tokens").asLong();
    cached += usage.path("prompt_tokens_details").path("cached_tokens").asLong();
    output += usage.path("completion_tokens").asLong();
    reasoning += usage.path("completion_tokens_details").path("reasoning_tokens").asLong();
  }

  ObjectNode json() {
    var json = JsonNodeFactory.instance.objectNode().put("input_tokens", input);
    json.putObject("input_tokens_details").put("cached_tokens", cached);
    json.put("output_tokens", output);
    json.putObject("output_tokens_details").put("reasoning_tokens", reasoning);
    return json.put("total_tokens", input + output);
  }
}
