package dev.sallyport.llm.budget;

import dev.sallyport.identity.action.Budget;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A change of what is held and spent, on its way into the database. Those who wait for the same
 * transaction have theirs made together.
 */
sealed interface Change {
  Hold hold();

  /** Ends with the budget that it does not fit in, if any, or with what the database threw. */
  CompletableFuture<Optional<Budget>> done();

  /** Holds an amount of all budgets of a call, if it fits in each. */
  record Holding(Hold hold, CompletableFuture<Optional<Budget>> done) implements Change {}

  /**
   * Spends what a call cost, in the place of what was held for it.
   *
   * @param again whether this was tried before, and may have been made although that failed
   */
  record Settling(Hold hold, long spent, boolean again, CompletableFuture<Optional<Budget>> done)
      implements Change {}
}
