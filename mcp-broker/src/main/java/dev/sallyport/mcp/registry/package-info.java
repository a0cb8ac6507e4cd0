/**
 * Which servers there are, which of their tools were approved, and how each is reached. Start with
 * {@link dev.sallyport.mcp.registry.ToolRegistry}.
 */
@NullMarked
package dev.sallyport.mcp.registry;

import org.jspecify.annotations.NullMarked;
