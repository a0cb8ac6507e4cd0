package dev.sallyport.mcp.registry;

import java.time.Instant;
import java.util.Optional;

/**
 * A definition of a tool that was seen, and what was decided about it.
 *
 * @param definition as the server wrote it, in JSON
 * @param digest SHA-256 of the definition's canonical form
 * @param present whether the server listed it when it was last asked
 */
public record ToolRecord(
    String server,
    String tool,
    String digest,
    String definition,
    ToolStatus status,
    boolean present,
    Instant firstSeen,
    Optional<Instant> decidedAt,
    Optional<String> decidedBy) {}
