package dev.sallyport.llm.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.Optional;

/**
 * Reads Converse's usage, whose {@code inputTokens} leave out those from and to the cache, and
 * whose {@code cacheDetails} say how much was written for how long.
 */
final class ConverseUsage {
  private ConverseUsage() {}

  /** The usage that an object tells of; empty if it does not tell both sums. */
  static Optional<Usage> read(JsonNode usage) {
    if (!usage.path("inputTokens").isNumber() || !usage.path("outputTokens").isNumber()) {
      return Optional.empty();
    }
    long written = count(usage, "cacheWriteInputTokens");
    long hour = 0;
    for (var detail : usage.path("cacheDetails")) {
      hour += detail.path("ttl").asText("").equals("1h") ? count(detail, "inputTokens") : 0;
    }
    long kept = Math.min(hour, written);
    return Optional.of(
        Usage.NONE
            .plus(Unit.FRESH_IN, count(usage, "inputTokens"))
            .plus(Unit.CACHE_READ, count(usage, "cacheReadInputTokens"))
            .plus(Unit.CACHE_WRITE_1H, kept)
            .plus(Unit.CACHE_WRITE_5M, written - kept)
            .plus(Unit.TEXT_OUT, count(usage, "outputTokens")));
  }

  private static long count(JsonNode object, String field) {
    return Math.max(0, object.path(field).asLong(0));
  }
}
