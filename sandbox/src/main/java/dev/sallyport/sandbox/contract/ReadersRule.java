package dev.sallyport.sandbox.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.sandbox.label.Readers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who may see single items.
 *
 * @param each where the items stand
 * @param where what their members must be, by name; all must hold, and one that is missing does
 *     not; every item if there are none
 * @param who who may see them where all hold, and all below them
 */
public record ReadersRule(FieldPath each, Map<String, Condition> where, Who who) {
  /** Who may see an item. */
  public sealed interface Who {}

  /** Those whom the contract names. */
  public record Named(Readers readers) implements Who {}

  /**
   * Those whom the item itself names.
   *
   * @param member its member that is a name or a list of names; nobody may see an item in which it
   *     is anything else
   */
  public record Told(String member) implements Who {
    private static final int MAX_CHARS = 128;

    public Told {
      if (member.isBlank() || member.length() > MAX_CHARS) {
        throw new IllegalArgumentException(
            "from: the name of a member has 1 to %d characters".formatted(MAX_CHARS));
      }
    }
  }

  public ReadersRule {
    where = Conditions.checked("readers_when", 0, where);
  }

  /** Whether it holds for every item for which another does: after it, the other never counts. */
  public boolean hides(ReadersRule later) {
    return each.equals(later.each) && Conditions.include(where, later.where);
  }

  /** Whether all conditions hold for an item. */
  boolean holds(JsonNode item) {
    return Conditions.hold(where, item);
  }

  /** Who may see an item for which it holds. */
  Readers readers(JsonNode item) {
    return switch (who) {
      case Named(var readers) -> readers;
      case Told(var member) -> named(item.path(member));
    };
  }

  /** No more than may see any item for which it holds. */
  Readers least() {
    return who instanceof Named(var readers) ? readers : Readers.NOBODY;
  }

  private static Readers named(JsonNode member) {
    var names = new ArrayList<String>();
    for (var name : member.isArray() ? member : List.of(member)) {
      if (!name.isTextual()) {
        return Readers.NOBODY;
      }
      names.add(name.textValue());
    }
    try {
      return Readers.of(names);
    } catch (IllegalArgumentException _) {
      return Readers.NOBODY;
    }
  }
}
