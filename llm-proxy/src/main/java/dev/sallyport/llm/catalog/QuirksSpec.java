package dev.sallyport.llm.catalog;

import com.fasterxml.jackson.core.JsonPointer;
import dev.sallyport.llm.spi.Quirks;
import dev.sallyport.llm.spi.Quirks.Counting;
import dev.sallyport.llm.spi.Quirks.ToolCallIds;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a provider differs from its protocol, as written: of a vendor, or of one provider. What is
 * left out is as it was.
 */
record QuirksSpec(
    @Nullable Map<String, String> renamed,
    @Nullable Set<String> refused,
    @Nullable Set<String> refusedInMessages,
    @Nullable Set<String> takes,
    @Nullable Boolean nulls,
    @Nullable Boolean developer,
    @Nullable String toolCallIds,
    @Nullable String reasoningBack,
    @Nullable String usageAt,
    @Nullable String cacheReadAt,
    @Nullable Boolean reasoningApart,
    @Nullable Boolean cancelStopsBilling) {
  QuirksSpec {
    if (toolCallIds != null && !toolCallIds.equals("any") && !toolCallIds.equals("nine")) {
      throw new IllegalArgumentException("toolCallIds must be any or nine");
    }
    checkPointer("usageAt", usageAt);
    checkPointer("cacheReadAt", cacheReadAt);
  }

  Quirks over(Quirks base) {
    var counting = base.counting();
    return new Quirks(
        or(renamed, base.renamed()),
        or(refused, base.refused()),
        or(refusedInMessages, base.refusedInMessages()),
        or(takes, base.takes()),
        or(nulls, base.nulls()),
        or(developer, base.developer()),
        toolCallIds == null
            ? base.toolCallIds()
            : ToolCallIds.valueOf(toolCallIds.toUpperCase(Locale.ROOT)),
        Optional.ofNullable(reasoningBack).or(base::reasoningBack),
        new Counting(
            Optional.ofNullable(usageAt).or(counting::at),
            Optional.ofNullable(cacheReadAt).or(counting::cacheRead),
            or(reasoningApart, counting.reasoningApart())),
        or(cancelStopsBilling, base.cancelStopsBilling()));
  }

  private static <T> T or(@Nullable T given, T base) {
    return given == null ? base : given;
  }

  private static void checkPointer(String field, @Nullable String pointer) {
    if (pointer == null) {
      return;
    }
    try {
      var _ = JsonPointer.valueOf(pointer);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + " must be a JSON pointer such as /usage", e);
    }
  }
}
