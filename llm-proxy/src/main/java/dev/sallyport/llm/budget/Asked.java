package dev.sallyport.llm.budget;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A hold for which the gateway's shares are too small, and which waits for more of them.
 *
 * @param done ends with the budgets that the hold does not fit in, or with what the database threw;
 *     cancelled by a caller who waits no more
 */
record Asked(Hold hold, CompletableFuture<List<Unfit>> done) {
  Asked(Hold hold) {
    this(hold, new CompletableFuture<>());
  }
}
