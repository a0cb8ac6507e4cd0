package dev.sallyport.identity.action;

/**
 * The most that the model calls of one principal may cost.
 *
 * @param per over what their cost is counted
 * @param microUsd in micro-dollars
 * @param mode how much is held for a call that is under way
 */
public record Budget(Per per, long microUsd, Mode mode) {
  public Budget {
    if (microUsd < 0) {
      throw new IllegalArgumentException("a budget is not negative: " + microUsd);
    }
  }

  /** Over what cost is counted. Days, weeks and months are of UTC; weeks begin on Monday. */
  public enum Per {
    TURN,
    DAY,
    WEEK,
    MONTH
  }

  /** How much is held for a call that is under way. */
  public enum Mode {
    /** The most that it may cost, so that the budget is never passed. */
    HARD,
    /**
     * What such calls cost of late, so that calls that are allowed much and use little go on; the
     * budget may be passed by what the calls under way cost beyond that.
     */
    ADAPTIVE
  }
}
