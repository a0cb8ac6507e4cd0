package dev.sallyport.mcp.openapi;

import java.time.Duration;

/**
 * What a server that a document describes needs to be called.
 *
 * @param server its name
 * @param timeout the longest that one call may take
 * @param maxAnswerBytes the largest answer
 */
public record OpenApiSettings(
    String server,
    DocumentSource source,
    Operations.Wanted wanted,
    Duration timeout,
    int maxAnswerBytes) {}
