package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Usage in OpenAI's chat form, whose {@code prompt_tokens} and {@code completion_tokens} are all
 * that was read and written, and whose details say how much of that was of which unit. Reading what
 * was written gives the same usage.
 */
public final class ChatUsage {
  private ChatUsage() {}

  /** The usage that an object tells of; empty if it does not tell both sums. */
  public static Optional<Usage> read(JsonNode usage) {
    if (!usage.isObject()
        || !usage.path("prompt_tokens").isNumber()
        || !usage.path("completion_tokens").isNumber()) {
      return Optional.empty();
    }
    var counts = new EnumMap<Unit, Long>(Unit.class);
    var in = new Share(counts, count(usage, "prompt_tokens"));
    var details = usage.path("prompt_tokens_details");
    in.take(Unit.CACHE_READ, count(details, "cached_tokens"));
    long hour = count(details, "cache_write_1h_tokens");
    in.take(Unit.CACHE_WRITE_1H, hour);
    in.take(Unit.CACHE_WRITE_5M, count(details, "cache_write_tokens") - hour);
    in.take(Unit.AUDIO_IN, count(details, "audio_tokens"));
    in.take(Unit.IMAGE_IN, count(details, "image_tokens"));
    in.rest(Unit.FRESH_IN);
    var out = new Share(counts, count(usage, "completion_tokens"));
    var written = usage.path("completion_tokens_details");
    out.take(Unit.REASONING_OUT, count(written, "reasoning_tokens"));
    out.take(Unit.AUDIO_OUT, count(written, "audio_tokens"));
    out.take(Unit.IMAGE_OUT, count(written, "image_tokens"));
    out.rest(Unit.TEXT_OUT);
    return Optional.of(Usage.of(counts));
  }

  /** The object that tells of a usage. */
  public static ObjectNode of(Usage usage) {
    var chat =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt_tokens", usage.in())
            .put("completion_tokens", usage.out())
            .put("total_tokens", usage.in() + usage.out());
    var in = chat.putObject("prompt_tokens_details");
    in.put("cached_tokens", usage.of(Unit.CACHE_READ))
        .put("cache_write_tokens", usage.of(Unit.CACHE_WRITE_5M) + usage.of(Unit.CACHE_WRITE_1H));
    some(in, "cache_write_1h_tokens", usage.of(Unit.CACHE_WRITE_1H));
    some(in, "audio_tokens", usage.of(Unit.AUDIO_IN));
    some(in, "image_tokens", usage.of(Unit.IMAGE_IN));
    var out = JsonNodeFactory.instance.objectNode();
    some(out, "reasoning_tokens", usage.of(Unit.REASONING_OUT));
    some(out, "audio_tokens", usage.of(Unit.AUDIO_OUT));
    some(out, "image_tokens", usage.of(Unit.IMAGE_OUT));
    if (!out.isEmpty()) {
      chat.set("completion_tokens_details", out);
    }
    return chat;
  }

  private static void some(ObjectNode details, String name, long count) {
    if (count > 0) {
      details.put(name, count);
    }
  }

  private static long count(JsonNode object, String field) {
    return Math.max(0, object.path(field).asLong(0));
  }

  /** A sum of which no more can be taken than it is. */
  private static final class Share {
    private final Map<Unit, Long> counts;
    private long left;

    Share(Map<Unit, Long> counts, long sum) {
      this.counts = counts;
      this.left = sum;
    }

    void take(Unit unit, long count) {
      long some = Math.clamp(count, 0, left);
      left -= some;
      counts.put(unit, some);
    }

    void rest(Unit unit) {
      counts.put(unit, left);
    }
  }
}
