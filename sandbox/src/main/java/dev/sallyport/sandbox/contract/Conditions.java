package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** What the members of an item must be, by name, all of them. */
final class Conditions {
  private static final int MOST = 16;

  private Conditions() {}

  /**
   * A copy of some.
   *
   * @param rule where they are said, for whoever reads the mistake
   * @throws IllegalArgumentException if there are too few or too many
   */
  static Map<String, Condition> checked(String rule, int least, Map<String, Condition> where) {
    if (where.size() < least || where.size() > MOST) {
      throw new IllegalArgumentException(
          "%s: %d to %d conditions: %d".formatted(rule, least, MOST, where.size()));
    }
    return Map.copyOf(where);
  }

  /** Whether all hold for an item; one on a member that is missing does not. */
  static boolean hold(Map<String, Condition> where, JsonNode item) {
    return where.entrySet().stream()
        .allMatch(condition -> condition.getValue().holds(item.path(condition.getKey())));
  }

  /** Whether they hold wherever others do; not if that cannot be said. */
  static boolean include(Map<String, Condition> where, Map<String, Condition> others) {
    return where.entrySet().stream()
        .allMatch(one ->
            Optional.ofNullable(others.get(one.getKey()))
                .filter(narrower -> narrower.implies(one.getValue()))
                .isPresent());
  }
}
