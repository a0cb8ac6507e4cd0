package dev.sallyport.mcp.http;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcMessage;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls that wait for their clients to come again, each found by a name that cannot be guessed,
 * and by the same request of the same principal alone. Thread-safe.
 */
final class ParkedCalls {
  /** The most calls of one principal that wait. */
  static final int MOST_OF_ONE = 16;

  /** The most calls that wait. */
  static final int MOST = 1_024;

  private static final String PREFIX = "waiting.";
  private static final int HANDLE_BYTES = 24;

  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();

  /**
   * What a request must have in common with the one before it.
   *
   * @param content all that it asks for, in bytes
   */
  record Key(PrincipalId owner, Optional<String> server, String method, String content) {
    static Key of(Exchange exchange, RpcMessage.Request request) {
      var content = request.params().deepCopy();
      content.remove("_meta");
      content.remove("inputResponses");
      content.remove("requestState");
      return new Key(
          exchange.caller().principal().id(),
          exchange.server(),
          request.method(),
          new String(Json.canonical(content), StandardCharsets.UTF_8));
    }
  }

  private record Waiting(Key key, ParkedCall call, boolean asked) {}

  static boolean isHandle(String state) {
    return state.startsWith(PREFIX);
  }

  /** A call that is still to begin. */
  ParkedCall begin(Key key, ClientFace client) {
    var bytes = new byte[HANDLE_BYTES];
    random.nextBytes(bytes);
    var handle = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var call = new ParkedCall(handle, this, client);
    waiting.put(handle, new Waiting(key, call, false));
    return call;
  }

  /**
   * The call that a request goes on with.
   *
   * @throws Refusal with MALFORMED_REQUEST if there is none for it
   */
  ParkedCall find(Key key, String handle) {
    var found = waiting.get(handle);
    if (found == null || !found.key().equals(key)) {
      throw new Refusal(
          RefusalCode.MALFORMED_REQUEST,
          "Nothing waits for this request: it took too long, or something in it changed. Begin"
              + " again.");
    }
    return found.call();
  }

  /** Whether a call may wait for its client. */
  boolean admits(ParkedCall call) {
    var own = waiting.get(call.handle());
    if (own == null) {
      return false;
    }
    if (!own.asked()) {
      long asked = waiting.values().stream().filter(Waiting::asked).count();
      long ofOne =
          waiting.values().stream()
              .filter(Waiting::asked)
              .filter(other -> other.key().owner().equals(own.key().owner()))
              .count();
      if (asked >= MOST || ofOne >= MOST_OF_ONE) {
        return false;
      }
      waiting.put(call.handle(), new Waiting(own.key(), call, true));
    }
    return true;
  }

  void forget(ParkedCall call) {
    waiting.remove(call.handle());
  }

  /** Gives up all that wait. */
  void close() {
    waiting.values().forEach(each -> each.call().cancellation().cancel());
  }
}
