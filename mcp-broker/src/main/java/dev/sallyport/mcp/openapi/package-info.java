/**
 * Servers that an OpenAPI document describes: each operation is a tool, each call one HTTP request.
 * Start with {@link dev.sallyport.mcp.openapi.OpenApiUpstream}.
 */
@NullMarked
package dev.sallyport.mcp.openapi;

import org.jspecify.annotations.NullMarked;
