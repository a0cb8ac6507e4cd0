package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Authority;
import java.util.Map;
import java.util.Optional;

/**
 * Which authority single items have.
 *
 * @param each where the items stand
 * @param where what their members must be, by name; all must hold, and one that is missing does not
 * @param set their authority where all hold, and that of all below them
 */
public record AuthorityRule(FieldPath each, Map<String, Condition> where, Authority set) {
  private static final int MAX_CONDITIONS = 16;

  public AuthorityRule {
    where = Map.copyOf(where);
    if (where.isEmpty() || where.size() > MAX_CONDITIONS) {
      throw new IllegalArgumentException(
          "authority_when: 1 to %d conditions: %d".formatted(MAX_CONDITIONS, where.size()));
    }
    if (set == Authority.USER) {
      throw new IllegalArgumentException("no result has the authority USER");
    }
  }

  /** Whether it holds for every item for which another does: after it, the other never counts. */
  public boolean hides(AuthorityRule later) {
    return each.equals(later.each)
        && where.entrySet().stream()
            .allMatch(one ->
                Optional.ofNullable(later.where.get(one.getKey()))
                    .filter(narrower -> narrower.implies(one.getValue()))
                    .isPresent());
  }

  /** Whether all conditions hold for an item. */
  boolean holds(JsonNode item) {
    return where.entrySet().stream()
        .allMatch(condition -> condition.getValue().holds(item.path(condition.getKey())));
  }
}
