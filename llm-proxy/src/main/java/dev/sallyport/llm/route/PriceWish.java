package dev.sallyport.llm.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.catalog.Rates;
import dev.sallyport.llm.spi.Usage.Unit;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The most that a request would pay, by the {@code max_price} of its {@code provider}: US dollars
 * for a million tokens of the {@code prompt} and of the {@code completion}, and for the {@code
 * request} itself. No Deployment has a price in the unit of any other member, so that such a one
 * allows none. Pure. Source: OpenRouter, "Provider Routing".
 */
final class PriceWish {
  static final String ABOVE = "above_max_price";
  static final String UNKNOWN = "max_price_unknown";

  /** A price of tokens is in micro-dollars a million; {@link Rates}. */
  private static final int DECIMALS_OF_TOKENS = 6;

  private static final int DECIMALS_OF_REQUEST = 12;

  private final Map<String, BigDecimal> most = new LinkedHashMap<>();

  PriceWish(JsonNode maxPrice) {
    for (var bound : maxPrice.properties()) {
      if (!bound.getValue().isNull()) {
        most.put(bound.getKey(), amount(bound.getValue()));
      }
    }
  }

  private static BigDecimal amount(JsonNode said) {
    return said.isTextual() ? new BigDecimal(said.textValue()) : said.decimalValue();
  }

  /**
   * Why a deployment is not to be asked, by a stable name; empty if it may be.
   *
   * @param rates what it costs; empty if that is not known
   */
  Optional<String> objection(Optional<Rates> rates) {
    for (var bound : most.entrySet()) {
      var price = rates.flatMap(known -> price(bound.getKey(), known));
      if (price.isEmpty()) {
        return Optional.of(UNKNOWN);
      }
      if (price.get().compareTo(bound.getValue()) > 0) {
        return Optional.of(ABOVE);
      }
    }
    return Optional.empty();
  }

  private static Optional<BigDecimal> price(String member, Rates rates) {
    return switch (member) {
      case "prompt" -> Optional.of(BigDecimal.valueOf(rates.of(Unit.FRESH_IN), DECIMALS_OF_TOKENS));
      case "completion" ->
          Optional.of(BigDecimal.valueOf(rates.of(Unit.TEXT_OUT), DECIMALS_OF_TOKENS));
      case "request" -> Optional.of(BigDecimal.valueOf(rates.perRequest(), DECIMALS_OF_REQUEST));
      default -> Optional.empty();
    };
  }
}
