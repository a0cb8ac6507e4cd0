package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Usage;
import java.util.Optional;

/**
 * Reads Anthropic's usage, whose {@code input_tokens} leave out those from and to the cache. A
 * later report takes the place of an earlier one, field by field: they are totals, never to be
 * added.
 */
final class MessageUsage {
  private final ObjectNode latest = JsonNodeFactory.instance.objectNode();

  void report(JsonNode usage) {
    for (var field : usage.properties()) {
      if (field.getValue().isNumber()) {
        latest.set(field.getKey(), field.getValue());
      }
    }
  }

  Optional<Usage> usage() {
    if (!latest.has("input_tokens") || !latest.has("output_tokens")) {
      return Optional.empty();
    }
    return Optional.of(
        new Usage(
            count("input_tokens"),
            count("cache_read_input_tokens"),
            count("cache_creation_input_tokens"),
            count("output_tokens")));
  }

  /** The same in OpenAI's form, whose {@code prompt_tokens} are all that was read. */
  static ObjectNode chat(Usage usage) {
    var chat =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt_tokens", usage.in())
            .put("completion_tokens", usage.out())
            .put("total_tokens", usage.in() + usage.out());
    chat.putObject("prompt_tokens_details")
        .put("cached_tokens", usage.cacheRead())
        .put("cache_write_tokens", usage.cacheWrite());
    return chat;
  }

  private long count(String field) {
    return Math.max(0, latest.path(field).asLong(0));
  }
}
