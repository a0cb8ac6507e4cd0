package dev.sallyport.llm.catalog;

import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.llm.spi.Usage;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What calls of a deployment cost while it is in force. Immutable.
 *
 * <p>What a service tier costs that has no prices of its own is not known, save for those that cost
 * the usual or less.
 */
public final class Tariff {
  private static final Set<String> AT_MOST_USUAL =
      Set.of("auto", "default", "standard", "standard_only", "flex", "batch");
  private static final int VERSION_LENGTH = 12;

  private final Schedule usual;
  private final Map<String, Schedule> services;
  private final boolean ceiling;
  private final String version;

  private Tariff(Schedule usual, Map<String, Schedule> services, boolean ceiling) {
    this.usual = usual;
    this.services = Map.copyOf(services);
    this.ceiling = ceiling;
    var text = new StringBuilder(ceiling ? "ceiling " : "").append(usual.canonical());
    new TreeMap<>(services)
        .forEach(
            (name, one) -> text.append("| ").append(name).append(": ").append(one.canonical()));
    this.version = digest(text.toString());
  }

  /**
   * Known prices.
   *
   * @param services by service tier
   */
  static Tariff of(Schedule usual, Map<String, Schedule> services) {
    return new Tariff(usual, services, false);
  }

  /** What is taken for the price where that is not known. */
  static Tariff ceiling(Schedule usual) {
    return new Tariff(usual, Map.of(), true);
  }

  /** Names what it says: tariffs that say the same have the same. */
  public String version() {
    return version;
  }

  /** Whether it stands in for a price that is not known. */
  public boolean isCeiling() {
    return ceiling;
  }

  /** What tokens of a short prompt cost, without a service tier. */
  public Rates rates() {
    return usual.usual();
  }

  /**
   * What tokens of a short prompt cost.
   *
   * @param serviceTier the one that is asked for
   */
  public Rates rates(Optional<String> serviceTier) {
    return serviceTier.map(services::get).orElse(usual).usual();
  }

  /** Whether it says what a service tier costs. */
  boolean covers(String serviceTier) {
    return ceiling || AT_MOST_USUAL.contains(serviceTier) || services.containsKey(serviceTier);
  }

  /**
   * What a call costs.
   *
   * @param serviceTier the one that served it, or else was asked for
   */
  public Cost cost(Usage usage, Optional<String> serviceTier) {
    return serviceTier.map(services::get).orElse(usual).cost(usage);
  }

  /** The most that a call may cost that has up to so many tokens, whichever tier serves it. */
  public Cost most(long tokensIn, long tokensOut) {
    var most = usual.most(tokensIn, tokensOut);
    for (var service : services.values()) {
      most = most.or(service.most(tokensIn, tokensOut));
    }
    return most;
  }

  /** Whether it says what calls of all these tools cost, which the provider runs. */
  public boolean knows(Collection<String> tools) {
    for (var tool : tools) {
      if (mostOfCall(tool).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The most that so many calls of any of these tools cost, as far as that is known. */
  public Cost mostOfCalls(Collection<String> tools, long calls) {
    long dearest = 0;
    for (var tool : tools) {
      dearest = Math.max(dearest, mostOfCall(tool).orElse(0L));
    }
    return Cost.of(calls, dearest);
  }

  private Optional<Long> mostOfCall(String tool) {
    var most = usual.mostOfCall(tool);
    for (var service : services.values()) {
      var other = service.mostOfCall(tool);
      most = most.flatMap(one -> other.map(two -> Math.max(one, two)));
    }
    return most;
  }

  private static String digest(String text) {
    return Sha256.hex(text).substring(0, VERSION_LENGTH);
  }
}
