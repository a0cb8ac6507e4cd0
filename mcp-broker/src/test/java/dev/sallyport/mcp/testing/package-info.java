/**
 * Fixtures for tests of tools and of those who call them. Start with {@link
 * dev.sallyport.mcp.testing.TestingMcpServer}.
 */
@NullMarked
package dev.sallyport.mcp.testing;

import org.jspecify.annotations.NullMarked;
