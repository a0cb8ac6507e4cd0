package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A call of a tool.
 *
 * @param tool the name that the server gave it
 * @param arguments as they are to be sent
 */
public record UpstreamCall(String tool, ObjectNode arguments) {}
