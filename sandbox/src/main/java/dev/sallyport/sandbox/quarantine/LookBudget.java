package dev.sallyport.sandbox.quarantine;

/**
 * What all looks into one result may tell, however many there are and whatever they come upon. Not
 * thread-safe: it is used under the lock of its turn.
 */
final class LookBudget {
  private int left;

  LookBudget(int bits) {
    this.left = bits;
  }

  /** What one look may tell. */
  BitBudget one(int most) {
    return new BitBudget(Math.min(most, left));
  }

  /** Whether nothing can be told any more. */
  boolean isSpent() {
    return left <= 1;
  }

  /** Takes away what a look told. */
  void spend(int bits) {
    left = Math.max(0, left - bits);
  }

  @Override
  public String toString() {
    return "LookBudget[" + left + "]";
  }
}
