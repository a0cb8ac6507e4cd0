package dev.sallyport.llm.route;

import dev.sallyport.llm.catalog.Deployment;
import java.util.List;

/**
 * The deployments that a request would have asked, and why these.
 *
 * @param deployments in order
 * @param dear those that a {@code max_price} or the {@code maxPrice} of the alias takes away
 * @param orderedBy what had a part in their order, what weighs most first; nothing where they are
 *     in the usual one
 */
public record Wanted(List<Deployment> deployments, List<Dear> dear, List<String> orderedBy) {
  public Wanted {
    deployments = List.copyOf(deployments);
    dear = List.copyOf(dear);
    orderedBy = List.copyOf(orderedBy);
  }

  /** All of them, in the usual order. */
  static Wanted all(List<Deployment> deployments) {
    return new Wanted(deployments, List.of(), List.of());
  }

  /** The same, but only the first may be asked. */
  Wanted first() {
    return deployments.size() < 2 ? this : new Wanted(deployments.subList(0, 1), dear, orderedBy);
  }

  /** Tells in evidence why it is these, and in this order. */
  public void tell(Tale tale) {
    dear.forEach(one -> tale.skipped(one.deployment(), one.why()));
    if (!orderedBy.isEmpty()) {
      tale.ordered(orderedBy);
    }
  }

  /**
   * A deployment that is not known to cost as little as was wished, or as its alias allows.
   *
   * @param why a stable name
   */
  public record Dear(Deployment deployment, String why) {
    /** Whether the alias rules it out for every request. */
    public boolean isByAlias() {
      return PriceWish.OF_ALIAS.contains(why);
    }
  }
}
