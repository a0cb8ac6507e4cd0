package dev.sallyport.sandbox.quarantine;

import dev.sallyport.sandbox.contract.ResultBudget;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all looks into one result may tell, however many there are and whatever they come upon. Not
 * thread-safe: it is used under the lock of its turn.
 */
final class LookBudget {
  private final List<LookBudget> parts;
  private int left;
  private double answers;

  private LookBudget(int bits, double answers, List<LookBudget> parts) {
    this.left = bits;
    this.answers = answers;
    this.parts = parts;
  }

  /** Of a result. */
  static LookBudget of(QuarantineLimits limits, ResultBudget budget) {
    var answers = budget.askBits().isPresent() ? budget.askBits().getAsInt() : Double.MAX_VALUE;
    return new LookBudget(limits.lookBits(), answers, List.of());
  }

  /** Of what was put together: it may tell no more than each of its parts, and takes from all. */
  static LookBudget joined(List<LookBudget> budgets) {
    var whole =
        budgets.stream()
            .flatMap(each -> each.parts.isEmpty() ? Stream.of(each) : each.parts.stream())
            .distinct() // by identity
            .toList();
    return whole.size() == 1
        ? whole.getFirst()
        : new LookBudget(Integer.MAX_VALUE, Double.MAX_VALUE, whole);
  }

  private int left() {
    return parts.stream().mapToInt(LookBudget::left).reduce(left, Math::min);
  }

  /** What one look may tell. */
  BitBudget one(int most) {
    return new BitBudget(Math.min(most, left()));
  }

  /** Whether nothing can be told any more. */
  boolean isSpent() {
    return left() <= 1;
  }

  /** Takes away what a look told. */
  void spend(int bits) {
    left = Math.max(0, left - bits);
    parts.forEach(part -> part.spend(bits));
  }

  /** Whether answers may tell as much as that. */
  boolean mayAnswer(double bits) {
    return answers >= bits && parts.stream().allMatch(part -> part.mayAnswer(bits));
  }

  /** Takes away what an answer told. */
  void answer(double bits) {
    answers -= bits;
    parts.forEach(part -> part.answer(bits));
  }

  @Override
  public String toString() {
    return "LookBudget[" + left() + "]";
  }
}
