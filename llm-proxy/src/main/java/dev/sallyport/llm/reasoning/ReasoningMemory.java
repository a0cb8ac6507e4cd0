package dev.sallyport.llm.reasoning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.WireJson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers the reasoning that came with calls of tools.
 *
 * <p>Several providers refuse the result of a tool unless what their model thought before the call
 * comes back unaltered, and plain clients of chat completions drop it. So it is kept here by the
 * call's id, for its owner alone, and put back where a client left it out. What is kept is bounded
 * in age and in bytes, and is lost when the process ends. Thread-safe.
 */
public final class ReasoningMemory {
  static final Duration KEPT = Duration.ofHours(1);

  private static final String DETAILS = "reasoning_details";
  private static final int MOST_BYTES_OF_ONE = 1 << 20;
  private static final int BYTES_OF_NONE = 64;

  private final InstantSource clock;
  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock();

  /** Oldest first. */
  private final LinkedHashMap<Key, Kept> kept = new LinkedHashMap<>();

  private long bytes;

  /**
   * A memory.
   *
   * @param mostBytes what all that is kept may take together
   */
  public ReasoningMemory(InstantSource clock, long mostBytes) {
    this.clock = clock;
    this.mostBytes = mostBytes;
  }

  /** What is kept for one owner. */
  public Own of(Owner owner) {
    return new Own(owner);
  }

  /** The memory of one owner. */
  public final class Own {
    private final Owner owner;

    private Own(Owner owner) {
      this.owner = owner;
    }

    /** Keeps the reasoning of an answer for the calls in it. */
    public void keep(ReasoningWatch answer) {
      ReasoningMemory.this.keep(owner, answer.callIds(), answer.details());
    }

    /**
     * The request with what its client left out.
     *
     * @return the request itself if nothing is missing that is kept
     */
    public ChatRequest restore(ChatRequest request) {
      return ReasoningMemory.this.restore(owner, request);
    }
  }

  /** Keeps what was thought before calls, unless it is larger than is kept. */
  void keep(Owner owner, Iterable<String> callIds, ArrayNode details) {
    var told = WireJson.bytes(details);
    if (details.isEmpty() || told.length > MOST_BYTES_OF_ONE) {
      return;
    }
    lock.lock();
    try {
      for (var callId : callIds) {
        put(new Key(owner, callId), details, told.length);
      }
      forget();
    } finally {
      lock.unlock();
    }
  }

  /** An id that two answers gave names neither: some providers only count the calls of each. */
  private void put(Key key, ArrayNode details, int length) {
    var now = clock.instant();
    var before = kept.remove(key);
    bytes -= before == null ? 0 : before.bytes;
    boolean another =
        before != null && before.until.isAfter(now) && !before.details.equals(details);
    var one =
        another
            ? new Kept(details.arrayNode(), BYTES_OF_NONE, now.plus(KEPT))
            : new Kept(details.deepCopy(), length, now.plus(KEPT));
    bytes += one.bytes;
    kept.put(key, one);
  }

  private void forget() {
    var now = clock.instant();
    for (Iterator<Kept> oldest = kept.values().iterator(); oldest.hasNext(); ) {
      var one = oldest.next();
      if (bytes <= mostBytes && one.until.isAfter(now)) {
        return;
      }
      bytes -= one.bytes;
      oldest.remove();
    }
  }

  ChatRequest restore(Owner owner, ChatRequest request) {
    var found = new LinkedHashMap<Integer, ArrayNode>();
    int index = 0;
    for (var message : request.tree().path("messages")) {
      int at = index++;
      if (message.path(DETAILS).isEmpty()) {
        of(owner, message).ifPresent(details -> found.put(at, details));
      }
    }
    if (found.isEmpty()) {
      return request;
    }
    var tree = request.tree().deepCopy();
    found.forEach(
        (at, details) -> ((ObjectNode) tree.path("messages").get(at)).set(DETAILS, details));
    return ChatRequest.of(tree);
  }

  private Optional<ArrayNode> of(Owner owner, JsonNode message) {
    for (var call : message.path("tool_calls")) {
      var details = find(new Key(owner, call.path("id").asText()));
      if (details.isPresent()) {
        return details;
      }
    }
    return Optional.empty();
  }

  private Optional<ArrayNode> find(Key key) {
    lock.lock();
    try {
      return Optional.ofNullable(kept.get(key))
          .filter(one -> one.until.isAfter(clock.instant()) && !one.details.isEmpty())
          .map(one -> one.details.deepCopy());
    } finally {
      lock.unlock();
    }
  }

  private record Key(Owner owner, String callId) {}

  private record Kept(ArrayNode details, int bytes, Instant until) {}
}
