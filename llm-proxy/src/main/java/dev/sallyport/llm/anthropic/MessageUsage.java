package dev.sallyport.llm.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.HostedTools;
import dev.sallyport.llm.spi.LeftOut;
import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads Anthropic's usage, whose {@code input_tokens} leave out those from and to the cache. A
 * later report takes the place of an earlier one, field by field: they are totals, never to be
 * added.
 */
final class MessageUsage {
  private static final String HOUR = "ephemeral_1h_input_tokens";
  private static final String THINKING = "thinking_tokens";

  private final ObjectNode latest = JsonNodeFactory.instance.objectNode();
  private final Map<String, Long> calls = new TreeMap<>();
  private boolean fast;

  void report(JsonNode usage) {
    fast |= usage.path("speed").asText("").equals("fast");
    var thinking = usage.path("output_tokens_details").path(THINKING);
    if (thinking.isNumber()) {
      latest.set(THINKING, thinking);
    }
    var split = usage.path("cache_creation").path(HOUR);
    if (split.isNumber()) {
      latest.set(HOUR, split);
    }
    for (var tool : usage.path("server_tool_use").properties()) {
      if (tool.getValue().isNumber()) {
        calls.put(HostedTools.plain(tool.getKey()), tool.getValue().asLong());
      }
    }
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
    long hour = count(HOUR);
    long thinking = Math.min(count(THINKING), count("output_tokens"));
    var called = Usage.NONE;
    for (var tool : calls.entrySet()) {
      called = called.plusCalls(tool.getKey(), tool.getValue());
    }
    return Optional.of(
        called
            .plus(Unit.FRESH_IN, count("input_tokens"))
            .plus(Unit.CACHE_READ, count("cache_read_input_tokens"))
            .plus(Unit.CACHE_WRITE_1H, hour)
            .plus(Unit.CACHE_WRITE_5M, count("cache_creation_input_tokens") - hour)
            .plus(Unit.REASONING_OUT, thinking)
            .plus(Unit.TEXT_OUT, count("output_tokens") - thinking));
  }

  private long count(String field) {
    return Math.max(0, latest.path(field).asLong(0));
  }

  /** Says in an answer in chat form at which tier it was served; that it was fast is left out. */
  static void tellTier(JsonNode usage, ObjectNode chat, LeftOut leftOut) {
    var tier = usage.path("service_tier");
    if (tier.isTextual()) {
      chat.put("service_tier", tier.textValue().equals("standard") ? "default" : tier.textValue());
    }
    if (usage.path("speed").asText("").equals("fast")) {
      leftOut.add("usage.speed");
    }
  }

  /** What has a price of its own, as service tiers do: answers that come faster. */
  Optional<String> serviceTier() {
    return fast ? Optional.of("fast") : Optional.empty();
  }
}
