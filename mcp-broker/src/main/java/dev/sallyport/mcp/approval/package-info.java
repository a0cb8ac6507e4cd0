/**
 * Calls that wait for a person's approval. Start with {@link dev.sallyport.mcp.approval.HeldCalls}.
 */
@NullMarked
package dev.sallyport.mcp.approval;

import org.jspecify.annotations.NullMarked;
