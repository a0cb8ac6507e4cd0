package dev.sallyport.llm.catalog;

import java.math.BigDecimal;

/**
 * What something costs, exactly.
 *
 * @param picoUsd in millionths of a micro-dollar (1e-12 USD), from 0 to {@link #MOST}
 */
public record Cost(long picoUsd) {
  /** Nine million dollars; what would be more is that much. */
  public static final long MOST = 9_000_000_000_000_000_000L;

  /** Nothing. */
  public static final Cost NONE = new Cost(0);

  private static final long PICO_IN_MICRO = 1_000_000;
  private static final int DECIMALS = 12;

  public Cost {
    if (picoUsd < 0 || picoUsd > MOST) {
      throw new IllegalArgumentException(
          "a cost is 0 to %d pico-dollars: %d".formatted(MOST, picoUsd));
    }
  }

  /** So many of something that costs so much. */
  static Cost of(long count, long picoUsdEach) {
    return new Cost(
        count > 0 && picoUsdEach > MOST / count ? MOST : Math.max(0, count) * picoUsdEach);
  }

  public Cost plus(Cost other) {
    return new Cost(picoUsd > MOST - other.picoUsd ? MOST : picoUsd + other.picoUsd);
  }

  /** The larger of both. */
  public Cost or(Cost other) {
    return picoUsd < other.picoUsd ? other : this;
  }

  /** In micro-dollars, rounded up. */
  public long microUsd() {
    return Math.ceilDiv(picoUsd, PICO_IN_MICRO);
  }

  /** In US dollars, exactly. */
  public BigDecimal usd() {
    var usd = BigDecimal.valueOf(picoUsd, DECIMALS).stripTrailingZeros();
    return usd.scale() < 0 ? usd.setScale(0) : usd;
  }
}
