package dev.sallyport.llm.budget;

import dev.sallyport.identity.action.Budget;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A hold for which the gateway's shares are too small, and which waits for more of them.
 *
 * @param done ends with the budget that the hold does not fit in, if any, or with what the database
 *     threw; cancelled by a caller who waits no more
 */
record Asked(Hold hold, CompletableFuture<Optional<Budget>> done) {
  Asked(Hold hold) {
    this(hold, new CompletableFuture<>());
  }
}
