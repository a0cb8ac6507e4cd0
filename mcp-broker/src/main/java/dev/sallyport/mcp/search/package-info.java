/**
 * Finds tools by what their approved definitions say. Start at {@link
 * dev.sallyport.mcp.search.ToolSearch}.
 */
@NullMarked
package dev.sallyport.mcp.search;

import org.jspecify.annotations.NullMarked;
