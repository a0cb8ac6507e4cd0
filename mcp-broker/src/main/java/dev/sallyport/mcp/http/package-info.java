/**
 * MCP as agents reach it: {@code /mcp} and {@code /mcp/{server}}. Start with {@link
 * dev.sallyport.mcp.http.McpRoutes}.
 */
@NullMarked
package dev.sallyport.mcp.http;

import org.jspecify.annotations.NullMarked;
