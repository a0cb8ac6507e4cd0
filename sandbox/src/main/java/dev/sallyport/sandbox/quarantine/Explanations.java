package dev.sallyport.sandbox.quarantine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What agents saw of the last results, by the calls that gave them. Bounded. Thread-safe. */
final class Explanations {
  private static final int MAX_OF_TURN = 64;
  private static final int MAX_CALLS = 2_000;
  private static final long MAX_WEIGHT = 16 << 20;
  private static final int PART_WEIGHT = 64;

  private final Object lock = new Object();

  /** The oldest first. */
  private final LinkedHashMap<String, Weighed> byCall = new LinkedHashMap<>();

  private final Map<String, Deque<String>> ofTurn = new HashMap<>();
  private long weight;

  /** An explanation, and about how many characters of memory it takes. */
  private record Weighed(Explanation explanation, long weight) {}

  void add(Explanation explanation) {
    var weighed = new Weighed(explanation, weight(explanation));
    synchronized (lock) {
      var calls = ofTurn.computeIfAbsent(explanation.turn(), _ -> new ArrayDeque<>());
      if (byCall.putIfAbsent(explanation.call(), weighed) == null) {
        calls.addLast(explanation.call());
        weight += weighed.weight();
      }
      if (calls.size() > MAX_OF_TURN) {
        remove(calls.getFirst());
      }
      while (byCall.size() > MAX_CALLS || (weight > MAX_WEIGHT && byCall.size() > 1)) {
        remove(byCall.firstEntry().getKey());
      }
    }
  }

  Optional<Explanation> find(String call) {
    synchronized (lock) {
      return Optional.ofNullable(byCall.get(call)).map(Weighed::explanation);
    }
  }

  void forget(String turn) {
    synchronized (lock) {
      Optional.ofNullable(ofTurn.get(turn))
          .ifPresent(calls -> new ArrayDeque<>(calls).forEach(this::remove));
    }
  }

  private void remove(String call) {
    Optional.ofNullable(byCall.remove(call))
        .ifPresent(weighed -> {
          weight -= weighed.weight();
          ofTurn.computeIfPresent(
              weighed.explanation().turn(),
              (_, calls) -> {
                calls.remove(call);
                return calls.isEmpty() ? null : calls;
              });
        });
  }

  private static long weight(Explanation explanation) {
    return new Weights().of(explanation.view())
        + (long) PART_WEIGHT * explanation.projection().parts().size();
  }

  @Override
  public String toString() {
    synchronized (lock) {
      return "Explanations[" + byCall.size() + "]";
    }
  }
}
