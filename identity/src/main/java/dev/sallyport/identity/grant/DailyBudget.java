package dev.sallyport.identity.grant;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Reads an amount of US dollars, exactly. */
final class DailyBudget {
  /** The most that a budget can be, in US dollars. */
  static final long MAX_USD = 1_000_000_000;

  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,10}(\\.[0-9]{1,6})?");

  private DailyBudget() {}

  /**
   * The amount in millionths of a US dollar.
   *
   * @param amount a number, or a text of a decimal number
   */
  static long microUsd(JsonNode amount) {
    var usd = decimal(amount).stripTrailingZeros();
    if (usd.signum() < 0 || usd.compareTo(BigDecimal.valueOf(MAX_USD)) > 0 || usd.scale() > 6) {
      throw mistake();
    }
    return usd.movePointRight(6).longValueExact();
  }

  private static BigDecimal decimal(JsonNode amount) {
    if (amount.isTextual() && DECIMAL.matcher(amount.textValue()).matches()) {
      return new BigDecimal(amount.textValue());
    }
    // A double that is no number has no decimal value.
    if (amount.isNumber() && Double.isFinite(amount.doubleValue())) {
      return amount.decimalValue();
    }
    throw mistake();
  }

  private static IllegalArgumentException mistake() {
    return new IllegalArgumentException(
        "must be a number of US dollars from 0 to "
            + MAX_USD
            + " with at most 6 decimals, such as 75 or \"0.50\"");
  }
}
