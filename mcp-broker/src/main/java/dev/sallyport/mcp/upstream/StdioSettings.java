package dev.sallyport.mcp.upstream;

import java.time.Duration;

/**
 * How a server that is a process of ours is spoken to.
 *
 * @param timeout the longest that one call may take
 * @param maxMessageBytes the longest line that it may write
 * @param firstPause how long it stays down after it died or failed to start; doubled each time
 * @param longestPause the most that it stays down
 */
public record StdioSettings(
    String name,
    Duration timeout,
    int maxMessageBytes,
    Duration firstPause,
    Duration longestPause) {}
