package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcMessage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The calls that wait for their clients to come again, each found by a name that cannot be guessed,
 * and by the same request of the same principal alone. Thread-safe.
 */
final class ParkedCalls {
  /** How long a call waits for its client to come again. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The most calls of one principal that wait. */
  static final int MOST_OF_ONE = 16;

  /** The most calls that wait. */
  static final int MOST = 1_024;

  private static final String PREFIX = "waiting.";
  private static final int HANDLE_BYTES = 24;

  private final Duration patience;
  private final LongSupplier nanoTime;
  private final SecureRandom random = new SecureRandom();

  /** Those that asked for something and have not ended, by handle. Guarded by this. */
  private final Map<String, ParkedCall> waiting = new HashMap<>();

  private final Room room = new Room(MOST, MOST_OF_ONE);

  /** Guarded by this. */
  private boolean closed;

  /**
   * None yet.
   *
   * @param patience how long each waits for its client to come again
   */
  ParkedCalls(Duration patience) {
    this(patience, System::nanoTime);
  }

  ParkedCalls(Duration patience, LongSupplier nanoTime) {
    this.patience = patience;
    this.nanoTime = nanoTime;
  }

  /** Until when one waits whose client has just come, as this counts time. */
  long newPatience() {
    return nanoTime.getAsLong() + patience.toNanos();
  }

  /** How long it is until then, in nanoseconds. */
  long left(long until) {
    return until - nanoTime.getAsLong();
  }

  /**
   * What a request must have in common with the one before it.
   *
   * @param params of the request, which are not changed
   */
  record Key(Owner owner, Optional<String> server, String method, ObjectNode params) {
    static Key of(Exchange exchange, RpcMessage.Request request) {
      return new Key(
          exchange.caller().principal().owner(),
          exchange.server(),
          request.method(),
          request.params());
    }

    /** Whether another request asks for the same, whatever it says of its client's answers. */
    boolean asksTheSameAs(Key other) {
      return owner.equals(other.owner)
          && server.equals(other.server)
          && method.equals(other.method)
          && Arrays.equals(content(), other.content());
    }

    private byte[] content() {
      var content = params.deepCopy();
      content.remove(List.of("_meta", "inputResponses", "requestState"));
      return Json.canonical(content);
    }
  }

  static boolean isHandle(String state) {
    return state.startsWith(PREFIX);
  }

  /** The call that a request goes on with; empty if none waits for it. */
  Optional<ParkedCall> find(Key key, String handle) {
    ParkedCall found;
    synchronized (this) {
      found = waiting.get(handle);
    }
    return Optional.ofNullable(found).filter(call -> call.key().asksTheSameAs(key));
  }

  /** The handle by which a call is found that is to wait; empty if it may not. */
  synchronized Optional<String> admit(ParkedCall call) {
    if (closed || !room.enter(call.key().owner())) {
      return Optional.empty();
    }
    var bytes = new byte[HANDLE_BYTES];
    random.nextBytes(bytes);
    var handle = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    waiting.put(handle, call);
    return Optional.of(handle);
  }

  /** Has a call found no more. */
  synchronized void forget(String handle) {
    var call = waiting.remove(handle);
    if (call != null) {
      room.leave(call.key().owner());
    }
  }

  /** How many wait, or go on after they did. */
  synchronized int size() {
    return waiting.size();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Gives up all that wait for their clients, and lets none wait any more. */
  void close() {
    List<ParkedCall> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting.values());
    }
    left.forEach(ParkedCall::giveUpIfWaiting);
  }
}
