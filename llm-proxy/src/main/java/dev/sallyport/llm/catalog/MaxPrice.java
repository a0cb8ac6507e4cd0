package dev.sallyport.llm.catalog;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * The most that a deployment of an alias may cost, in US dollars; what is empty has no bound.
 *
 * @param inputPerMillion for a million tokens of text that the model reads
 * @param outputPerMillion for a million tokens of text that it writes
 * @param perRequest for each answer besides
 */
public record MaxPrice(
    Optional<BigDecimal> inputPerMillion,
    Optional<BigDecimal> outputPerMillion,
    Optional<BigDecimal> perRequest) {
  public MaxPrice {
    if (inputPerMillion.isEmpty() && outputPerMillion.isEmpty() && perRequest.isEmpty()) {
      throw new IllegalArgumentException(
          "maxPrice has inputUsdPerMillion, outputUsdPerMillion or perRequestUsd, such as"
              + " \"3.00\"");
    }
  }
}
