package dev.sallyport.llm.catalog;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link MaxPrice}, as written: amounts in the form of {@link PriceSpec}. */
record MaxPriceSpec(
    @Nullable String inputUsdPerMillion,
    @Nullable String outputUsdPerMillion,
    @Nullable String perRequestUsd) {
  MaxPriceSpec {
    PriceSpec.check("inputUsdPerMillion", inputUsdPerMillion);
    PriceSpec.check("outputUsdPerMillion", outputUsdPerMillion);
    PriceSpec.checkUsd("perRequestUsd", perRequestUsd);
  }

  /**
   * The same, as it is held against prices.
   *
   * @throws IllegalArgumentException if it says nothing
   */
  MaxPrice read() {
    return new MaxPrice(
        amount(inputUsdPerMillion), amount(outputUsdPerMillion), amount(perRequestUsd));
  }

  private static Optional<BigDecimal> amount(@Nullable String usd) {
    return Optional.ofNullable(usd).map(BigDecimal::new);
  }
}
