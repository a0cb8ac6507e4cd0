package dev.sallyport.mcp.registry;

import java.time.Instant;
import java.util.Optional;

/**
 * A definition of an item that was seen, and what was decided about it. What it says is kept in the
 * store.
 *
 * @param digest SHA-256 of the definition's canonical form and of where the server is
 * @param present whether the server, where it is now, listed it when it was last asked
 */
public record ItemRecord(
    String server,
    ItemKey key,
    String digest,
    ItemStatus status,
    boolean present,
    Instant firstSeen,
    Optional<Instant> decidedAt,
    Optional<String> decidedBy) {
  /** Whether the server lists it and a person has to decide. */
  public boolean waits() {
    return present && status.waits();
  }

  boolean isUsable() {
    return present && status == ItemStatus.APPROVED;
  }
}
