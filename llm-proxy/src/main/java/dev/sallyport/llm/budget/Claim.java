package dev.sallyport.llm.budget;

import dev.sallyport.identity.action.Budget;

/**
 * What a call wants of one of its budgets.
 *
 * @param account on which its cost goes
 */
record Claim(Account account, Budget budget) {
  /** The most that may be spent and held together. */
  long limit() {
    return budget.microUsd();
  }
}
