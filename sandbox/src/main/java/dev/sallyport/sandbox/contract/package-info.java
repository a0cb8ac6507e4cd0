/**
 * What is agreed of a tool: what its results are, and what may go into its arguments. Start with
 * {@link dev.sallyport.sandbox.contract.ToolContract}.
 */
@NullMarked
package dev.sallyport.sandbox.contract;

import org.jspecify.annotations.NullMarked;
