package dev.sallyport.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.registry.McpServer;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.upstream.UpstreamAnswer;
import dev.sallyport.mcp.upstream.UpstreamRequest;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.vault.StateSeal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes a request to its answer, however often its server wants more input for it first.
 *
 * <p>Where the client can be answered with that wish, it is; what the server has it carry until it
 * comes again is sealed, and bound to whose it is, to the server, to the request and to a time.
 * Where it cannot, it is asked, and the server is called again. Only a trusted server may want
 * anything. Source: MCP 2026-07-28, multi round-trip requests. Thread-safe.
 */
final class Rounds {
  /** How long a sealed state is taken. */
  static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final int MAX_ROUNDS = 8;
  private static final int MAX_STATE_CHARS = 64 * 1_024;
  private static final String INPUT_REQUIRED = "input_required";

  private final StateSeal seal;
  private final UsedStates used;
  private final InstantSource clock;

  Rounds(CarriedStates carried, InstantSource clock) {
    this.seal = carried.seal();
    this.used = carried.used();
    this.clock = clock;
  }

  /**
   * Asks a server.
   *
   * @param trusted whether it may wish for anything
   * @throws Refusal with MALFORMED_REQUEST if the retry's state is not what this request was given
   */
  UpstreamAnswer ask(
      Permit permit,
      McpServer server,
      boolean trusted,
      UpstreamRequest request,
      Retry retry,
      Conversation conversation) {
    var with = trusted ? conversation : new Unasked(conversation);
    var sent = begun(permit, server, request, retry);
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      var answer = server.ask(permit, sent, with);
      if (!(answer instanceof UpstreamAnswer.Result(var result, long bytes, int redacted))
          || isComplete(result)) {
        return answer;
      }
      if (Tasks.isTask(result) && with.client().takesTasks()) {
        return answer;
      }
      if (!trusted || !INPUT_REQUIRED.equals(result.path("resultType").textValue())) {
        throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
      }
      requireAskable(result, with.client());
      permit.facts().put("rounds", round);
      if (with.takesInputRequests()) {
        return new UpstreamAnswer.Result(
            sealed(result, bound(permit, server, request)), bytes, redacted);
      }
      sent = answered(request, result, with);
    }
    throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
  }

  /** Whether a result is an answer, rather than a wish. */
  static boolean isComplete(ObjectNode result) {
    return "complete".equals(result.path("resultType").asText("complete"));
  }

  /** A server may wish for no more than its client said that it gives. */
  private static void requireAskable(ObjectNode wish, ClientFace client) {
    for (var wanted : wish.path("inputRequests").properties()) {
      var method = wanted.getValue().path("method").asText();
      if (client.refusal(method, params(wanted.getValue())).isPresent()) {
        throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
      }
    }
  }

  private static ObjectNode params(JsonNode wanted) {
    return wanted.get("params") instanceof ObjectNode named ? named : Json.object();
  }

  /**
   * Goes on once with a state that a retry carries, if it carries one.
   *
   * @throws Refusal with MALFORMED_REQUEST if the state is not what this request was given, with
   *     FLOW_REFUSED if it was gone on with, here or by another process on the same database, and
   *     with UNAVAILABLE if that cannot be told
   */
  void use(Permit permit, McpServer server, UpstreamRequest request, Retry retry) {
    if (retry.state().isEmpty()) {
      return;
    }
    var kept = opened(retry.state().get(), bound(permit, server, request));
    var until = Instant.ofEpochMilli(kept.path("until").longValue());
    if (!used.use(Sha256.hex(Json.canonical(kept)), until)) {
      throw new Refusal(RefusalCode.FLOW_REFUSED);
    }
  }

  private UpstreamRequest begun(
      Permit permit, McpServer server, UpstreamRequest request, Retry retry) {
    if (retry.isNone()) {
      return request;
    }
    var bound = bound(permit, server, request);
    var params = request.params().deepCopy();
    retry.responses().ifPresent(responses -> params.set("inputResponses", responses));
    retry
        .state()
        .ifPresent(state -> params.set("requestState", opened(state, bound).path("state")));
    return request.with(params);
  }

  private ObjectNode sealed(ObjectNode result, String bound) {
    var state = result.get("requestState");
    if (state != null) {
      var kept =
          Json.object()
              .put("id", UUID.randomUUID().toString())
              .put("until", clock.instant().plus(LIFETIME).toEpochMilli());
      kept.set("state", state);
      var sealed = seal.seal(Json.bytes(kept), bound);
      if (sealed.length() > MAX_STATE_CHARS) {
        throw new Refusal(RefusalCode.RESULT_TOO_LARGE);
      }
      result.put("requestState", sealed);
    }
    return result;
  }

  /** What was sealed: no two wishes' are the same, however a state is written. */
  private JsonNode opened(String sealed, String bound) {
    try {
      if (sealed.length() <= MAX_STATE_CHARS) {
        var kept = seal.open(sealed, bound).orElseThrow(Rounds::notOurs);
        var tree = Json.parseResult(kept);
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

  /** Asks the client for all that the server wants. */
  private static UpstreamRequest answered(
      UpstreamRequest request, ObjectNode wish, Conversation conversation) {
    var responses = Json.object();
    for (var wanted : wish.path("inputRequests").properties()) {
      var method = wanted.getValue().path("method").asText("");
      var params = params(wanted.getValue());
      var said = conversation.cancellation().during(() -> conversation.ask(method, params));
      switch (said) {
        case ClientAnswer.Given(var result) -> responses.set(wanted.getKey(), result);
        case ClientAnswer.Refused _ -> throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
      }
    }
    var params = request.params().deepCopy();
    params.set("inputResponses", responses);
    Optional.ofNullable(wish.get("requestState"))
        .ifPresent(state -> params.set("requestState", state));
    return request.with(params);
  }

  /** All that a state is bound to: another request, of whomever, does not open it. */
  private static String bound(Permit permit, McpServer server, UpstreamRequest request) {
    var content = request.params().deepCopy();
    content.remove("_meta");
    return String.join(
        "|",
        permit.action().caller().principal().owner().text(),
        server.name(),
        request.method(),
        Sha256.hex(Json.canonical(content)));
  }

  /** With a client that a server may not ask for anything. */
  private record Unasked(Conversation to) implements Conversation {
    @Override
    public ClientFace client() {
      return to.client().silent();
    }

    @Override
    public boolean takesInputRequests() {
      return false;
    }

    @Override
    public boolean wantsProgress() {
      return to.wantsProgress();
    }

    @Override
    public void progressed(ObjectNode params) {
      to.progressed(params);
    }

    @Override
    public void logged(ObjectNode params) {
      to.logged(params);
    }

    @Override
    public ClientAnswer ask(String method, ObjectNode params) {
      return ClientAnswer.Refused.unknownMethod();
    }

    @Override
    public Cancellation cancellation() {
      return to.cancellation();
    }
  }
}
