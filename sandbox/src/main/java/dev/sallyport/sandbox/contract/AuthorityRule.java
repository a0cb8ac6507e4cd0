package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Authority;
import java.util.Map;

/**
 * Which authority single items have.
 *
 * @param each where the items stand
 * @param where what their members must be, by name; all must hold, and one that is missing does not
 * @param set their authority where all hold, and that of all below them
 */
public record AuthorityRule(FieldPath each, Map<String, Condition> where, Authority set) {
  public AuthorityRule {
    where = Conditions.checked("authority_when", 1, where);
    if (set == Authority.USER) {
      throw new IllegalArgumentException("no result has the authority USER");
    }
  }

  /** Whether it holds for every item for which another does: after it, the other never counts. */
  public boolean hides(AuthorityRule later) {
    return each.equals(later.each) && Conditions.include(where, later.where);
  }

  /** Whether all conditions hold for an item. */
  boolean holds(JsonNode item) {
    return Conditions.hold(where, item);
  }
}
