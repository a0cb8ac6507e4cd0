package dev.sallyport.mcp.registry;

import dev.sallyport.mcp.upstream.Guard;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How it stands with a server.
 *
 * @param inspectedAt when it last said what it has
 * @param unreachableSince since when it could not be asked
 * @param reason a stable code that says why it could not
 * @param trouble the same in words, where more is known, or which of its lists are not used; for
 *     administrators alone
 * @param items how many definitions it lists, by kind
 * @param waiting how many of them a person has to decide
 * @param listDigest the digest of all that it lists; empty if it lists nothing
 * @param load how many calls are under way, and whether any are made now
 * @param unfit items that cannot be shown to anyone, and whole lists by the name of their method,
 *     with a stable code that says why
 */
public record ServerStatus(
    String server,
    State state,
    Optional<Instant> inspectedAt,
    Optional<Instant> unreachableSince,
    Optional<String> reason,
    Optional<String> trouble,
    Map<ItemKind, Integer> items,
    int waiting,
    Optional<String> listDigest,
    Guard.State load,
    Map<String, String> unfit) {
  public ServerStatus {
    items = Map.copyOf(items);
    unfit = Map.copyOf(unfit);
  }

  /** In short. */
  public enum State {
    /** It has not been asked yet. */
    INSPECTING,
    /** It said what it has. */
    READY,
    /** It could not be asked, the last time. */
    UNREACHABLE
  }
}
