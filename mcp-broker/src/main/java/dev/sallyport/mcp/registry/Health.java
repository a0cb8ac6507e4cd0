package dev.sallyport.mcp.registry;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.registry.ServerStatus.State;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How it stands with a server by the looks that were taken at it, in the words that operators are
 * told. Not thread-safe.
 */
final class Health {
  private Optional<Instant> answeredAt = Optional.empty();
  private Optional<Instant> unreachableSince = Optional.empty();
  private Optional<String> reason = Optional.empty();
  private Optional<String> trouble = Optional.empty();
  private Optional<String> leftOut = Optional.empty();
  private Map<String, String> unfit = Map.of();

  /** When it answered a look last. */
  Optional<Instant> answeredAt() {
    return answeredAt;
  }

  /** Whether the last look did not fail. */
  boolean isReachable() {
    return reason.isEmpty();
  }

  /** A look was answered. */
  void answered(Instant at) {
    answeredAt = Optional.of(at);
    unreachableSince = Optional.empty();
    reason = Optional.empty();
    trouble = Optional.empty();
  }

  /**
   * A look failed. A refusal that says only when to try again tells nothing new: nothing was sent.
   *
   * @return whether that is news: the one before did not fail, or for another cause
   */
  boolean failed(Instant at, Refusal why) {
    unreachableSince = Optional.of(unreachableSince.orElse(at));
    var code = Optional.of(why.code().code());
    boolean waits = why.retryAfter().isPresent() && why.trouble().isEmpty();
    if ((waits && reason.isPresent()) || (reason.equals(code) && trouble.equals(why.trouble()))) {
      return false;
    }
    reason = code;
    trouble = why.trouble();
    return true;
  }

  /**
   * Notes what of its lists is not used.
   *
   * @param nowLeftOut what was left out of a list as a whole
   * @param nowUnfit why each item that cannot be used cannot
   * @return what was left out, if that is news
   */
  Optional<String> listed(Optional<String> nowLeftOut, Map<String, String> nowUnfit) {
    var known = leftOut;
    leftOut = nowLeftOut;
    unfit = Map.copyOf(nowUnfit);
    return leftOut.filter(_ -> !leftOut.equals(known));
  }

  /**
   * All of it.
   *
   * @param records what is known of its items
   * @param listDigest of what is approved, if anything is
   */
  ServerStatus status(McpServer server, List<ItemRecord> records, Optional<String> listDigest) {
    var counts = new EnumMap<ItemKind, Integer>(ItemKind.class);
    int waiting = 0;
    for (var known : records) {
      if (known.present()) {
        counts.merge(known.key().kind(), 1, Integer::sum);
      }
      waiting += known.waits() ? 1 : 0;
    }
    return new ServerStatus(
        server.name(),
        state(),
        answeredAt,
        unreachableSince,
        reason,
        reason.isPresent() ? server.trouble().or(() -> trouble) : leftOut,
        counts,
        waiting,
        listDigest,
        server.load(),
        unfit);
  }

  private State state() {
    if (reason.isPresent()) {
      return State.UNREACHABLE;
    }
    return answeredAt.isPresent() ? State.READY : State.INSPECTING;
  }
}
