package dev.sallyport.llm.catalog;

import dev.sallyport.llm.spi.Usage;
import dev.sallyport.llm.spi.Usage.Unit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What each unit of usage costs.
 *
 * @param perToken in millionths of a micro-dollar (1e-12 USD) a token, for every unit: the same
 *     number as micro-dollars a million tokens, so that prices of up to six decimals are exact
 * @param perRequest in millionths of a micro-dollar, whatever is used
 * @param perCall in millionths of a micro-dollar for each call of a tool that the provider runs, by
 *     the tool's plain name
 * @param unknownCall what a call of every other such tool is taken to cost, if anything
 */
public record Rates(
    Map<Unit, Long> perToken,
    long perRequest,
    Map<String, Long> perCall,
    Optional<Long> unknownCall) {
  public Rates {
    perToken = Map.copyOf(perToken);
    perCall = Map.copyOf(perCall);
    if (!perToken.keySet().containsAll(Arrays.asList(Unit.values()))) {
      throw new IllegalArgumentException("a unit has no price: " + perToken.keySet());
    }
  }

  /** What one token of a unit costs, in millionths of a micro-dollar. */
  public long of(Unit unit) {
    return perToken.getOrDefault(unit, 0L);
  }

  /** What one call of a tool costs that the provider runs; empty if that is not known. */
  Optional<Long> ofCall(String tool) {
    return Optional.ofNullable(perCall.get(tool)).or(() -> unknownCall);
  }

  /** What is known of it: a call of a tool without a price is left out. */
  Cost cost(Usage usage) {
    var cost = new Cost(perRequest);
    for (var call : usage.calls().entrySet()) {
      cost = cost.plus(Cost.of(call.getValue(), ofCall(call.getKey()).orElse(0L)));
    }
    for (var count : usage.counts().entrySet()) {
      cost = cost.plus(Cost.of(count.getValue(), of(count.getKey())));
    }
    return cost;
  }

  /** The most that so many tokens cost, whatever units they are of. */
  Cost most(long in, long out) {
    return new Cost(perRequest).plus(Cost.of(in, dearest(true))).plus(Cost.of(out, dearest(false)));
  }

  private long dearest(boolean in) {
    long dearest = 0;
    for (var price : perToken.entrySet()) {
      dearest = price.getKey().isIn() == in ? Math.max(dearest, price.getValue()) : dearest;
    }
    return dearest;
  }

  /** The same text for the same rates, whichever way they were written. */
  String canonical() {
    var text = new StringBuilder();
    for (var unit : Unit.values()) {
      text.append(unit).append('=').append(of(unit)).append(' ');
    }
    text.append("request=").append(perRequest);
    new TreeMap<>(perCall)
        .forEach((tool, each) -> text.append(' ').append(tool).append('=').append(each));
    unknownCall.ifPresent(each -> text.append(" *=").append(each));
    return text.toString();
  }
}
