package dev.sallyport.llm.route;

import dev.sallyport.llm.catalog.Deployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Orders deployments of the same priority, of which one has a weight, for each conversation by
 * itself, so that each of them is the first for its share of conversations. No state is kept: the
 * order of a conversation is the same in every process, and a deployment that is added takes its
 * share from the others and moves nothing else. Pure.
 *
 * <p>Source: rendezvous hashing by weight; Schindelhauer and Schomaker, "Weighted Distributed Hash
 * Tables" (2005), logarithmic method.
 */
final class Weights {
  private Weights() {}

  /**
   * The same deployments, in the order of a conversation. Where none has a weight that is the order
   * given, and the conversation is not looked at.
   *
   * @param behind all of an alias that may be asked, in order of their priority
   */
  static List<Deployment> order(List<Deployment> behind, Conversation conversation) {
    if (behind.size() < 2 || !isWeighed(behind)) {
      return behind;
    }
    var groups = new TreeMap<Integer, List<Deployment>>();
    for (var one : behind) {
      groups.computeIfAbsent(one.priority(), _ -> new ArrayList<>()).add(one);
    }
    var ordered = new ArrayList<Deployment>(behind.size());
    for (var group : groups.values()) {
      ordered.addAll(isWeighed(group) ? drawn(group, conversation) : group);
    }
    return ordered;
  }

  /**
   * Whether the first of those wanted is so by its weight, and not by what the request wishes:
   * there is another of its priority, and no wish tells the two apart.
   *
   * @param behind all of the alias that may be asked
   * @param wishes puts some of those wanted in the order that is wished
   */
  static boolean chose(
      List<Deployment> behind, List<Deployment> wanted, UnaryOperator<List<Deployment>> wishes) {
    if (wanted.size() < 2 || !isWeighed(behind)) {
      return false;
    }
    var first = wanted.getFirst();
    var group = behind.stream().filter(one -> one.priority() == first.priority()).toList();
    return isWeighed(group)
        && wanted.stream()
            .skip(1)
            .filter(group::contains)
            .limit(1)
            .anyMatch(next -> wishes.apply(List.of(next, first)).getFirst().equals(next));
  }

  private static boolean isWeighed(List<Deployment> deployments) {
    for (var one : deployments) {
      if (one.weight().isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Those of weight 0 stand last, in the order given. */
  private static List<Deployment> drawn(List<Deployment> group, Conversation conversation) {
    return group.stream()
        .map(one -> new Drawn(one, -one.share() / StrictMath.log(conversation.draw(one))))
        .sorted(Comparator.comparingDouble(Drawn::score).reversed())
        .map(Drawn::deployment)
        .toList();
  }

  private record Drawn(Deployment deployment, double score) {}
}
