package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.contract.Standing;
import dev.sallyport.sandbox.label.Label;
import java.util.Locale;
import java.util.Optional;

/**
 * How one part of a content is shown in a view.
 *
 * @param path a JSON pointer into the content as it is shown
 * @param form what stands there
 * @param kind of the reference that stands there, if one does
 * @param why it is shown so
 * @param bits what it told; of a list or an object, what its shape told
 * @param standing where in its result it stands
 */
public record ShownPart(
    String path, Form form, Optional<Kind> kind, Why why, double bits, Standing standing) {
  /** The label of it; of a reference, with all that may be in what it stands for. */
  public Label label() {
    return form == Form.REFERENCE ? standing.whole() : standing.label();
  }

  /** What stands in the place of a part. */
  public enum Form {
    /** Null, a truth value, a number or the empty string, as it came. */
    SCALAR,
    /** A text as it came. */
    LITERAL,
    /** A list or an object, whose parts follow. */
    SHAPE,
    /** A reference. */
    REFERENCE,
    /** A reference in the place of a member's name. */
    NAME
  }

  /** Why a part is shown as it is. */
  public enum Why {
    WITHIN_BOUNDS("its type is closed and it is within bounds"),
    AGREED("its contract says that it may be shown, and it is within bounds"),
    TEXT("a server's text is not shown"),
    AGREED_OPEN("its contract says that it is not shown"),
    UNKNOWN_NAME("the approved schema has no member of that name"),
    OUT_OF_RANGE("the number is out of range"),
    SPELLS_TEXT("the numbers spell text"),
    TOO_DEEP("it lies too deep"),
    TOO_MANY_MEMBERS("the object has too many members"),
    TOO_MANY_NUMBERS("the list has too many numbers"),
    TOO_MANY_ITEMS("the list has more items than are shown"),
    TOO_LARGE("the content is too large to look into"),
    NOT_LOOKED_INTO("its sort is never looked into"),
    BUDGET_SPENT("the budget of the result was spent");

    private final String text;

    Why(String text) {
      this.text = text;
    }

    /** A stable code. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The same for a person. */
    public String text() {
      return text;
    }
  }
}
