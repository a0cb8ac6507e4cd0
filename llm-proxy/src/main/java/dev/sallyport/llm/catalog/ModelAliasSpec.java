package dev.sallyport.llm.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.llm.catalog.ModelAlias.Fallback;
import dev.sallyport.llm.catalog.ModelAlias.Reasoning;
import dev.sallyport.llm.spi.Sort;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The spec of a {@code ModelAlias}, as written. */
record ModelAliasSpec(
    @Nullable String alias,
    @Nullable String fallback,
    @Nullable List<String> fallbacks,
    @JsonProperty("default") @Nullable Boolean standard,
    @Nullable String reasoning,
    @Nullable String sort,
    @Nullable MaxPriceSpec maxPrice) {
  private static final int MAX_FALLBACKS = 8;

  ModelAliasSpec {
    fallbacks = fallbacks == null ? List.of() : List.copyOf(fallbacks);
    if (alias != null && !Deployment.ALIAS.matcher(alias).matches()) {
      throw new IllegalArgumentException("alias must be 1 to 128 of A-Z a-z 0-9 . _ : / @ -");
    }
    if (fallback != null && !Set.of("disabled", "implicit-default", "any").contains(fallback)) {
      throw new IllegalArgumentException("fallback must be disabled, implicit-default or any");
    }
    if (reasoning != null && !reasoning.equals("strip") && !reasoning.equals("fail")) {
      throw new IllegalArgumentException("reasoning must be strip or fail");
    }
    if (sort != null && Sort.of(sort).isEmpty()) {
      throw new IllegalArgumentException("sort must be price, latency or throughput");
    }
    if (maxPrice != null) {
      var _ = maxPrice.read();
    }
    if (fallbacks.size() > MAX_FALLBACKS || Set.copyOf(fallbacks).size() < fallbacks.size()) {
      throw new IllegalArgumentException(
          "fallbacks must name at most %d different aliases".formatted(MAX_FALLBACKS));
    }
    if (!fallbacks.isEmpty() && (fallback == null || fallback.equals("disabled"))) {
      throw new IllegalArgumentException(
          "fallbacks are never asked while fallback is disabled; say implicit-default or any");
    }
  }

  ModelAlias named(String name) {
    var mode =
        switch (fallback == null ? "disabled" : fallback) {
          case "any" -> Fallback.ANY;
          case "implicit-default" -> Fallback.IMPLICIT_DEFAULT;
          default -> Fallback.DISABLED;
        };
    return new ModelAlias(
        alias == null ? name : alias,
        mode,
        fallbacks == null ? List.of() : fallbacks,
        Boolean.TRUE.equals(standard),
        "fail".equals(reasoning) ? Reasoning.FAIL : Reasoning.STRIP,
        Optional.ofNullable(sort).flatMap(Sort::of),
        Optional.ofNullable(maxPrice).map(MaxPriceSpec::read));
  }
}
