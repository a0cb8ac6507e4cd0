package dev.sallyport.mcp.upstream;

import dev.sallyport.mcp.wire.Revision;
import java.time.Duration;
import java.util.Optional;

/**
 * How a server that is a process of ours is spoken to.
 *
 * @param revision the only one to speak; empty to find out
 * @param timeout the longest that one call may take
 * @param maxMessageBytes the longest line that it may write
 * @param firstPause how long it stays down after it died or failed to start; doubled each time
 * @param longestPause the most that it stays down
 */
public record StdioSettings(
    String name,
    Optional<Revision> revision,
    Duration timeout,
    int maxMessageBytes,
    Duration firstPause,
    Duration longestPause) {
  /** The same for a server that is known to speak in sessions. */
  StdioSettings inSessions() {
    var known = Optional.of(revision.orElse(Revision.R2025_11_25));
    return new StdioSettings(name, known, timeout, maxMessageBytes, firstPause, longestPause);
  }
}
