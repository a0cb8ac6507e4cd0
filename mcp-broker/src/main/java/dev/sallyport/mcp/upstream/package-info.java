/**
 * Calls to MCP servers, by whatever transport and in whatever revision they speak. Start with
 * {@link dev.sallyport.mcp.upstream.Upstream}.
 */
@NullMarked
package dev.sallyport.mcp.upstream;

import org.jspecify.annotations.NullMarked;
