package dev.sallyport.llm.catalog;

import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What calls of a deployment cost, from when to when. Immutable. */
public final class Price {
  private final TreeMap<Instant, Tariff> from;
  private final Optional<Tariff> ceiling;

  /**
   * A price.
   *
   * @param from the tariffs by the moment at which each comes in force; none if it is not known
   * @param ceiling what is taken instead where the price is not known
   */
  Price(NavigableMap<Instant, Tariff> from, Optional<Tariff> ceiling) {
    this.from = new TreeMap<>(from);
    this.ceiling = ceiling;
  }

  /**
   * What holds for a call; empty if that is not known.
   *
   * @param start when the call began
   * @param serviceTier the one that it asks for
   */
  public Optional<Tariff> at(Instant start, Optional<String> serviceTier) {
    return Optional.ofNullable(from.floorEntry(start))
        .map(entry -> entry.getValue())
        .filter(tariff -> serviceTier.map(tariff::covers).orElse(true))
        .or(() -> ceiling);
  }

  /** What holds at a moment for a call that asks for no service tier; empty if it is not known. */
  public Optional<Tariff> at(Instant start) {
    return at(start, Optional.empty());
  }
}
