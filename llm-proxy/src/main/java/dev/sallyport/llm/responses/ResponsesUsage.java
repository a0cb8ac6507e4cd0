package dev.sallyport.llm.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.Optional;

/**
 * Usage as responses tell it: {@code input_tokens} and {@code output_tokens} are all that was read
 * and written, and their details say how much of that came from a cache, went to one, or was
 * reasoning.
 */
public final class ResponsesUsage {
  private ResponsesUsage() {}

  /** The usage that an object tells of; empty if it does not tell both sums. */
  static Optional<Usage> read(JsonNode usage) {
    if (!usage.path("input_tokens").isNumber() || !usage.path("output_tokens").isNumber()) {
      return Optional.empty();
    }
    long in = count(usage, "input_tokens");
    var read = usage.path("input_tokens_details");
    long cached = Math.min(in, count(read, "cached_tokens"));
    long kept = Math.min(in - cached, count(read, "cache_write_tokens"));
    long out = count(usage, "output_tokens");
    long reasoned = Math.min(out, count(usage.path("output_tokens_details"), "reasoning_tokens"));
    return Optional.of(
        Usage.NONE
            .plus(Unit.FRESH_IN, in - cached - kept)
            .plus(Unit.CACHE_READ, cached)
            .plus(Unit.CACHE_WRITE_5M, kept)
            .plus(Unit.TEXT_OUT, out - reasoned)
            .plus(Unit.REASONING_OUT, reasoned));
  }

  /** The object that tells of a usage. */
  public static ObjectNode of(Usage usage) {
    var told = JsonNodeFactory.instance.objectNode().put("input_tokens", usage.in());
    told.putObject("input_tokens_details")
        .put("cached_tokens", usage.of(Unit.CACHE_READ))
        .put("cache_write_tokens", usage.of(Unit.CACHE_WRITE_5M) + usage.of(Unit.CACHE_WRITE_1H));
    told.put("output_tokens", usage.out());
    told.putObject("output_tokens_details").put("reasoning_tokens", usage.of(Unit.REASONING_OUT));
    return told.put("total_tokens", usage.in() + usage.out());
  }

  private static long count(JsonNode object, String field) {
    return Math.max(0, object.path(field).asLong(0));
  }
}
