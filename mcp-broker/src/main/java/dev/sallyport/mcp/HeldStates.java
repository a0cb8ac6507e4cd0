package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Approvals.Answer.Waiting;
import dev.sallyport.identity.action.CallId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.vault.StateSeal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What a client carries while a person decides on its request: the name of the approval, and what
 * the request itself carried. It is sealed, and bound to whose it is, to the request and to a time.
 * It approves nothing: the request is decided anew. Thread-safe.
 */
public final class HeldStates {
  private static final String PREFIX = "held.";
  private static final int MAX_STATE_CHARS = 96 * 1_024;

  /** A client may come late, and is told of a new approval then. */
  private static final Duration GRACE = Duration.ofMinutes(15);

  private static final List<String> OF_THE_RETRY = List.of("inputResponses", "requestState");

  private final StateSeal seal;
  private final InstantSource clock;

  HeldStates(StateSeal seal, InstantSource clock) {
    this.seal = seal;
    this.clock = clock;
  }

  /**
   * A request, without what it is about.
   *
   * @param server the one whose path was called
   */
  public record Request(Owner owner, Optional<String> server, String method, ObjectNode params) {
    private String boundTo() {
      var content = params.deepCopy();
      content.remove("_meta");
      content.remove(OF_THE_RETRY);
      return String.join(
          "|",
          "held",
          owner.text(),
          server.orElse(""),
          method,
          Sha256.hex(Json.canonical(content)));
    }
  }

  /**
   * A request that comes again.
   *
   * @param params as they were when it was held: what the client says of its waiting is left out
   * @param approval what it waited for
   */
  public record Begun(ObjectNode params, CallId approval) {}

  /** Whether a state is one of these, as far as one can see. */
  public static boolean isOne(String state) {
    return state.startsWith(PREFIX);
  }

  /** What the client is to come again with; empty if that is too much to carry. */
  public Optional<String> seal(Request request, Waiting waiting) {
    var kept =
        Json.object()
            .put("approval", waiting.id().value())
            .put("until", waiting.expiresAt().plus(GRACE).toEpochMilli());
    for (var name : OF_THE_RETRY) {
      if (request.params().has(name)) {
        kept.set(name, request.params().get(name));
      }
    }
    var sealed = PREFIX + seal.seal(Json.bytes(kept), request.boundTo());
    return sealed.length() > MAX_STATE_CHARS ? Optional.empty() : Optional.of(sealed);
  }

  /**
   * What a request that comes again was when it was held.
   *
   * @throws Refusal with MALFORMED_REQUEST if the state was not given for this request
   */
  public Begun begun(Request request, String state) {
    var kept = opened(request, state);
    var params = request.params().deepCopy();
    params.remove(OF_THE_RETRY);
    for (var name : OF_THE_RETRY) {
      if (kept.has(name)) {
        params.set(name, kept.get(name));
      }
    }
    return new Begun(params, new CallId(kept.path("approval").textValue()));
  }

  private ObjectNode opened(Request request, String state) {
    try {
      if (isOne(state) && state.length() <= MAX_STATE_CHARS) {
        var kept =
            seal.open(state.substring(PREFIX.length()), request.boundTo())
                .orElseThrow(HeldStates::notOurs);
        var tree = (ObjectNode) Json.parseResult(kept);
        if (clock.instant().isBefore(Instant.ofEpochMilli(tree.path("until").longValue()))) {
          return tree;
        }
      }
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("what was sealed here is JSON", e);
    }
    throw notOurs();
  }

  private static Refusal notOurs() {
    return new Refusal(
        RefusalCode.MALFORMED_REQUEST,
        "That requestState was not given to you for this request, or it is too old. Begin again.");
  }
}
