package dev.sallyport.sandbox.contract;

import java.util.OptionalInt;

/**
 * How much results of one tool may tell; empty where the bounds of all tools hold.
 *
 * @param resultBits the most that one result tells, in bits, from 1 to {@value #MAX_BITS}
 * @param askBits the most that answers about one result tell, in bits, from 0 to {@value #MAX_BITS}
 * @param maxItems the most items of a list that are shown one by one, from 0 to {@value #MAX_ITEMS}
 */
public record ResultBudget(OptionalInt resultBits, OptionalInt askBits, OptionalInt maxItems) {
  /** The most bits. */
  public static final int MAX_BITS = 65_536;

  /** The most items. */
  public static final int MAX_ITEMS = 1_000;

  /** Nothing of its own. */
  public static final ResultBudget DEFAULT =
      new ResultBudget(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  public ResultBudget {
    within("result_bits", resultBits, 1, MAX_BITS);
    within("ask_bits", askBits, 0, MAX_BITS);
    within("max_items", maxItems, 0, MAX_ITEMS);
  }

  private static void within(String name, OptionalInt value, int least, int most) {
    if (value.isPresent() && (value.getAsInt() < least || value.getAsInt() > most)) {
      throw new IllegalArgumentException(
          "%s must be %d to %d: %d".formatted(name, least, most, value.getAsInt()));
    }
  }
}
