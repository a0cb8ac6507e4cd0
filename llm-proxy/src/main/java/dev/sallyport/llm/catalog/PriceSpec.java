package dev.sallyport.llm.catalog;

import org.jspecify.annotations.Nullable;

/** The price in the spec of a {@code Deployment}, as written. */
record PriceSpec(
    @Nullable String inputUsdPerMillion,
    @Nullable String outputUsdPerMillion,
    @Nullable String cachedInputUsdPerMillion,
    @Nullable String cacheWriteUsdPerMillion) {
  PriceSpec {
    if (inputUsdPerMillion == null || outputUsdPerMillion == null) {
      throw new IllegalArgumentException(
          "a price has inputUsdPerMillion and outputUsdPerMillion, such as \"3.00\"");
    }
    check("inputUsdPerMillion", inputUsdPerMillion);
    check("outputUsdPerMillion", outputUsdPerMillion);
    check("cachedInputUsdPerMillion", cachedInputUsdPerMillion);
    check("cacheWriteUsdPerMillion", cacheWriteUsdPerMillion);
  }

  Price price() {
    var in = Price.parse(String.valueOf(inputUsdPerMillion));
    return new Price(
        in,
        Price.parse(String.valueOf(outputUsdPerMillion)),
        cachedInputUsdPerMillion == null ? in : Price.parse(cachedInputUsdPerMillion),
        cacheWriteUsdPerMillion == null ? in : Price.parse(cacheWriteUsdPerMillion));
  }

  private static void check(String field, @Nullable String value) {
    if (value == null) {
      return;
    }
    try {
      Price.parse(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + " " + e.getMessage(), e);
    }
  }
}
