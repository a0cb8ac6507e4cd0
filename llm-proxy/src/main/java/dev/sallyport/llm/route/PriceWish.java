package dev.sallyport.llm.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.llm.catalog.MaxPrice;
import dev.sallyport.llm.catalog.Rates;
import dev.sallyport.llm.spi.Usage.Unit;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The most that is paid: what a request would, by the {@code max_price} of its {@code provider}, or
 * what the administrator of an alias would for any. In US dollars, for a million tokens of the
 * {@code prompt} and of the {@code completion}, and for the {@code request} itself. No Deployment
 * has a price in the unit of any other member, so that such a one allows none. Pure. Source:
 * OpenRouter, "Provider Routing".
 */
final class PriceWish {
  static final String ABOVE = "above_max_price";
  static final String UNKNOWN = "max_price_unknown";
  static final String ABOVE_ALIAS = "above_alias_max_price";
  static final String UNKNOWN_ALIAS = "alias_max_price_unknown";

  /** What is said of those that an alias rules out, and no request. */
  static final Set<String> OF_ALIAS = Set.of(ABOVE_ALIAS, UNKNOWN_ALIAS);

  private static final String INPUT = "prompt";
  private static final String OUTPUT = "completion";
  private static final String REQUEST = "request";

  /** A price of tokens is in micro-dollars a million; {@link Rates}. */
  private static final int DECIMALS_OF_TOKENS = 6;

  private static final int DECIMALS_OF_REQUEST = 12;

  private final Map<String, BigDecimal> most = new LinkedHashMap<>();
  private final String above;
  private final String unknown;

  /** That of a request. */
  PriceWish(JsonNode maxPrice) {
    above = ABOVE;
    unknown = UNKNOWN;
    for (var bound : maxPrice.properties()) {
      if (!bound.getValue().isNull()) {
        most.put(bound.getKey(), amount(bound.getValue()));
      }
    }
  }

  /** That of an alias, which holds for every request. */
  PriceWish(MaxPrice maxPrice) {
    above = ABOVE_ALIAS;
    unknown = UNKNOWN_ALIAS;
    maxPrice.inputPerMillion().ifPresent(usd -> most.put(INPUT, usd));
    maxPrice.outputPerMillion().ifPresent(usd -> most.put(OUTPUT, usd));
    maxPrice.perRequest().ifPresent(usd -> most.put(REQUEST, usd));
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
        return Optional.of(unknown);
      }
      if (price.get().compareTo(bound.getValue()) > 0) {
        return Optional.of(above);
      }
    }
    return Optional.empty();
  }

  private static Optional<BigDecimal> price(String member, Rates rates) {
    return switch (member) {
      case INPUT -> Optional.of(BigDecimal.valueOf(rates.of(Unit.FRESH_IN), DECIMALS_OF_TOKENS));
      case OUTPUT -> Optional.of(BigDecimal.valueOf(rates.of(Unit.TEXT_OUT), DECIMALS_OF_TOKENS));
      case REQUEST -> Optional.of(BigDecimal.valueOf(rates.perRequest(), DECIMALS_OF_REQUEST));
      default -> Optional.empty();
    };
  }
}
