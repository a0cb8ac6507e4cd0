package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.Arrays;
import java.util.Map;

/**
 * What each unit of usage costs.
 *
 * @param perToken in millionths of a micro-dollar (1e-12 USD) a token, for every unit: the same
 *     number as micro-dollars a million tokens, so that prices of up to six decimals are exact
 * @param perRequest in millionths of a micro-dollar, whatever is used
 */
public record Rates(Map<Unit, Long> perToken, long perRequest) {
  public Rates {
    perToken = Map.copyOf(perToken);
    if (!perToken.keySet().containsAll(Arrays.asList(Unit.values()))) {
      throw new IllegalArgumentException("a unit has no price: " + perToken.keySet());
    }
  }

  /** What one token of a unit costs, in millionths of a micro-dollar. */
  public long of(Unit unit) {
    return perToken.getOrDefault(unit, 0L);
  }

  Cost cost(Usage usage) {
    var cost = new Cost(perRequest);
    for (var unit : Unit.values()) {
      cost = cost.plus(Cost.of(usage.of(unit), of(unit)));
    }
    return cost;
  }

  /** The most that so many tokens cost, whatever units they are of. */
  Cost most(long in, long out) {
    return new Cost(perRequest).plus(Cost.of(in, dearest(true))).plus(Cost.of(out, dearest(false)));
  }

  private long dearest(boolean in) {
    return Arrays.stream(Unit.values())
        .filter(unit -> unit.isIn() == in)
        .mapToLong(this::of)
        .max()
        .orElseThrow();
  }

  /** The same text for the same rates, whichever way they were written. */
  String canonical() {
    var text = new StringBuilder();
    for (var unit : Unit.values()) {
      text.append(unit).append('=').append(of(unit)).append(' ');
    }
    return text.append("request=").append(perRequest).toString();
  }
}
