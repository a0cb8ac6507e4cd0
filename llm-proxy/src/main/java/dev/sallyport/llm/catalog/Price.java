package dev.sallyport.llm.catalog;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * What tokens cost, in millionths of a micro-dollar (1e-12 USD) a token: the same number as
 * micro-dollars a million tokens, so that prices of up to six decimals are exact.
 */
public record Price(long input, long output, long cachedInput, long cacheWrite) {
  private static final long MAX_TOKENS = 100_000_000;
  private static final long PICO_IN_MICRO = 1_000_000;
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,6})?");

  /**
   * Reads US dollars a million tokens.
   *
   * @throws IllegalArgumentException if the text is not such a price; its message says how to mend
   *     it
   */
  static long parse(String usdPerMillion) {
    if (!DECIMAL.matcher(usdPerMillion).matches()) {
      throw new IllegalArgumentException(
          "is US dollars a million tokens in quotes, such as \"3.00\": at most four digits and"
              + " six decimals");
    }
    return new BigDecimal(usdPerMillion).movePointRight(6).longValueExact();
  }

  /**
   * What a call costs.
   *
   * @return micro-dollars, rounded up
   */
  public long microUsd(long freshTokens, long cachedTokens, long writtenTokens, long outTokens) {
    long pico =
        sane(freshTokens) * input
            + sane(cachedTokens) * cachedInput
            + sane(writtenTokens) * cacheWrite
            + sane(outTokens) * output;
    return Math.ceilDiv(pico, PICO_IN_MICRO);
  }

  /**
   * The most that a call may cost.
   *
   * @return micro-dollars, rounded up
   */
  public long mostMicroUsd(long tokensIn, long tokensOut) {
    long dearestInput = Math.max(input, Math.max(cachedInput, cacheWrite));
    long pico = sane(tokensIn) * dearestInput + sane(tokensOut) * output;
    return Math.ceilDiv(pico, PICO_IN_MICRO);
  }

  /** Four of these times the highest price still fit a long. */
  private static long sane(long tokens) {
    return Math.clamp(tokens, 0, MAX_TOKENS);
  }
}
