/**
 * Contracts of tools as administrators write them. Start with {@link
 * dev.sallyport.mcp.contract.Contracts}.
 */
@NullMarked
package dev.sallyport.mcp.contract;

import org.jspecify.annotations.NullMarked;
