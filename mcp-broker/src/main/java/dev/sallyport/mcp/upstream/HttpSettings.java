package dev.sallyport.mcp.upstream;

import dev.sallyport.mcp.wire.Revision;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How a server is reached over HTTP.
 *
 * @param name as which it is registered
 * @param revision the only one to speak; empty to find out
 * @param timeout the longest that one call may take
 * @param maxAnswerBytes the largest answer, or the largest event where it comes as a stream
 * @param memory what the answers under way take
 */
public record HttpSettings(
    String name,
    URI url,
    Optional<Revision> revision,
    Duration timeout,
    int maxAnswerBytes,
    AnswerMemory memory) {}
