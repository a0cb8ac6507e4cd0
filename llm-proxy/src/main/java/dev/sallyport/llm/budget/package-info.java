/**
 * What model calls cost, held before and settled after. Start with {@link
 * dev.sallyport.llm.budget.Spending}.
 */
@NullMarked
package dev.sallyport.llm.budget;

import org.jspecify.annotations.NullMarked;
