package dev.sallyport.llm.budget;

import java.util.concurrent.CompletableFuture;

/**
 * A change of what is held and spent, on its way into the database. Those who wait for the same
 * transaction have theirs made together.
 */
sealed interface Change {
  Hold hold();

  /** Ends with whether it was made, or with what the database threw. */
  CompletableFuture<Boolean> done();

  /**
   * Holds an amount, if that fits.
   *
   * @param limit the most that may be spent and held together
   */
  record Holding(Hold hold, long limit, CompletableFuture<Boolean> done) implements Change {}

  /**
   * Spends what a call cost, in the place of what was held for it.
   *
   * @param again whether this was tried before, and may have been made although that failed
   */
  record Settling(Hold hold, long spent, boolean again, CompletableFuture<Boolean> done)
      implements Change {}
}
