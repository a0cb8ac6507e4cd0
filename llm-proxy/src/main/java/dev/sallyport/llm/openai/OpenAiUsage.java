package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Usage;
import java.util.Optional;

/** Reads OpenAI's usage object, whose {@code prompt_tokens} include those from the cache. */
final class OpenAiUsage {
  private OpenAiUsage() {}

  static Optional<Usage> read(JsonNode usage) {
    if (!usage.isObject()
        || !usage.path("prompt_tokens").isNumber()
        || !usage.path("completion_tokens").isNumber()) {
      return Optional.empty();
    }
    var details = usage.path("prompt_tokens_details");
    long in = count(usage, "prompt_tokens");
    long cached = Math.min(in, count(details, "cached_tokens"));
    long written = Math.min(in - cached, count(details, "cache_write_tokens"));
    return Optional.of(
        new Usage(in - cached - written, cached, written, count(usage, "completion_tokens")));
  }

  private static long count(JsonNode object, String field) {
    return Math.max(0, object.path(field).asLong(0));
  }
}
