package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A request about a task that has begun, as its caller made it.
 *
 * @param method of JSON-RPC
 * @param handle what the caller knows the task by
 * @param besides what else is sent on, such as {@code inputResponses}
 */
public record TaskRequest(String method, String handle, ObjectNode besides) {}
