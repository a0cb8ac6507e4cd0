package dev.sallyport.llm.budget;

import dev.sallyport.identity.action.Budget;

/**
 * A budget that a hold does not fit in.
 *
 * @param held whether it may fit once calls that are under way have ended: what is spent leaves
 *     room for it, and what is held does not
 */
record Unfit(Budget budget, boolean held) {}
