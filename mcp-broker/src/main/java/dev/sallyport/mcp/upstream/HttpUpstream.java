package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Owner;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Dialect.Beginning;
import dev.sallyport.mcp.upstream.Dialect.Session;
import dev.sallyport.mcp.upstream.Dialect.Stateless;
import dev.sallyport.mcp.upstream.HttpExchange.Answered;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Failed;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Result;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Status;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A server over Streamable HTTP.
 *
 * <p>Which revision it speaks is found out with the first request and kept. A session that the
 * server has forgotten (404) is begun again, once a call: such a call was not carried out. After a
 * 400, which may mean the same, the next call begins a session, but nothing is sent twice.
 */
public final class HttpUpstream implements Upstream {
  /** The most sessions besides the one that is shared. */
  static final int MOST_SESSIONS = 256;

  /** What was lent is lent anew after that. */
  private static final Duration LONGEST_WATCH = Duration.ofMinutes(30);

  /** How long is waited for an answer that only tells how the server may be spoken to. */
  private static final Duration PROBE = Duration.ofSeconds(10);

  private static final Duration END = Duration.ofSeconds(1);
  private static final Owner REGISTRY = Principal.internal("registry").owner();
  private static final Stateless STATELESS = new Stateless();
  private static final int NOT_FOUND = 404;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_ALLOWED = 405;

  private final HttpSettings settings;
  private final HttpWire wire;
  private final Runnable suspect;
  private final HttpSlot shared = new HttpSlot(ClientFace.PLAIN);
  private final OwnPlaces<HttpSlot> own;
  private final AbleTries able;
  private final LoneSession lone;
  private final HttpBeginnings beginnings;
  private volatile boolean stateless;

  /** Whether the server has no sessions besides. */
  private volatile boolean withoutSessions;

  /**
   * A server.
   *
   * @param client of its own; closed with it
   * @param suspect is run when the server may have something else than it had
   */
  public HttpUpstream(HttpSettings settings, EgressClient client, Runnable suspect) {
    this(settings, client, suspect, System::nanoTime);
  }

  HttpUpstream(
      HttpSettings settings, EgressClient client, Runnable suspect, LongSupplier nanoTime) {
    this.settings = settings;
    this.wire = new HttpWire(client, settings);
    this.able = new AbleTries(settings.name());
    this.suspect =
        () -> {
          able.renew();
          suspect.run();
        };
    this.own = new OwnPlaces<>(MOST_SESSIONS, nanoTime);
    this.lone = new LoneSession(settings.name(), nanoTime);
    this.beginnings = new HttpBeginnings(wire, settings, this.suspect, lone);
    this.stateless = settings.revision().filter(Revision::isStateless).isPresent();
  }

  @Override
  public Listing inspect(Lent lent) {
    own.expired().forEach(slot -> end(slot, lent));
    // Before any other, since calls need the only session of a server that has one.
    var ofCalls = dialect(shared, ours(Protocol.DISCOVER, Json.object(), lent));
    var ofLists = ofLists(lent);
    var client = ofLists.isPresent() ? Conversation.able() : Conversation.none();
    var introduction = introduction(ofLists.orElse(ofCalls), lent);
    Lists.Source source =
        (method, params) -> {
          var result = result(ours(method, params, lent, client));
          return new Lists.Page(result.result(), result.bytes());
        };
    return new Lists(source, System::nanoTime).all(introduction);
  }

  /** How an able client asks for lists; empty if the server begins no session for that. */
  private Optional<Dialect> ofLists(Lent lent) {
    if (lone.isKept() || !able.areLeft()) {
      return Optional.empty();
    }
    var first = ours(Protocol.DISCOVER, Json.object(), lent, Conversation.able());
    try {
      Dialect begun = isWithoutSession(first) ? STATELESS : in(first, slot -> dialect(slot, first));
      able.succeeded();
      return Optional.of(begun);
    } catch (Refusal refusal) {
      if (able.failed(refusal.code())) {
        return Optional.empty();
      }
      throw refusal;
    }
  }

  private ObjectNode introduction(Dialect dialect, Lent lent) {
    return switch (dialect) {
      case Session session -> session.introduction();
      case Stateless _, Beginning _ ->
          Protocol.introduction(result(ours(Protocol.DISCOVER, Json.object(), lent)).result());
    };
  }

  /** The result of a request of our own. */
  private Result result(HttpCall ours) {
    return switch (answered(ours)) {
      case Result result -> result;
      case Failed _ -> throw rejected();
      case Status(int status) -> throw refusal(status);
    };
  }

  private HttpCall ours(String method, ObjectNode params, Lent lent) {
    return ours(method, params, lent, Conversation.none());
  }

  private HttpCall ours(String method, ObjectNode params, Lent lent, Conversation conversation) {
    var request = new UpstreamRequest(REGISTRY, method, Optional.empty(), params, Map.of());
    return new HttpCall(request, lent, Deadline.in(settings.timeout()), conversation);
  }

  @Override
  public UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation) {
    var deadline = Deadline.in(settings.timeout());
    var answered = answered(new HttpCall(request, lent, deadline, conversation));
    int redacted = lent.redactor().found();
    return switch (answered) {
      case Result(var result, long bytes, _) -> new UpstreamAnswer.Result(result, bytes, redacted);
      case Failed(var error, long bytes) -> new UpstreamAnswer.Failure(error, bytes, redacted);
      case Status(int status) -> throw refusal(status);
    };
  }

  @Override
  public boolean watch(Interests interests, Lent lent, UpstreamEvents events) {
    var first = ours(Protocol.DISCOVER, Json.object(), lent);
    var deadline = Deadline.in(LONGEST_WATCH);
    if (dialect(shared, first) instanceof Stateless) {
      var params = Protocol.listenParams(interests);
      var request = ours(Protocol.LISTEN, params, lent).request();
      var headers = HttpHeaders.of(STATELESS, request);
      return new HttpWatch(wire, headers, lent, deadline, events)
          .listen(wire.nextId(), params, interests);
    }
    if (lone.isKept()) {
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE); // may be tried again, unlike false
    }
    var session = beginnings.begun(first, ClientFace.PLAIN);
    var more = new MoreUris(uri -> isSubscribed(session, uri, lent));
    try {
      var uris = new TreeSet<String>();
      for (var uri : interests.uris()) {
        if (more.uri(uri)) {
          uris.add(uri);
        }
      }
      var watch = new HttpWatch(wire, HttpHeaders.of(session), lent, deadline, events);
      return watch.session(uris, more);
    } finally {
      more.end();
      end(session, lent);
    }
  }

  private boolean isSubscribed(Session session, String uri, Lent lent) {
    var subscribe = ours(Protocol.SUBSCRIBE, Json.object().put("uri", uri), lent);
    return send(session, subscribe) instanceof Result;
  }

  @Override
  public void close() {
    forgetAll();
    wire.close();
  }

  private void forgetAll() {
    var _ = own.all();
    shared.session().ifPresent(shared::forget);
    shared.forget(STATELESS);
  }

  private Answered answered(HttpCall call) {
    return isWithoutSession(call)
        ? answeredStateless(call)
        : in(call, slot -> answered(slot, call));
  }

  /** Does something where the session of the call's client is. */
  private <T> T in(HttpCall call, Function<HttpSlot, T> work) {
    var owner = call.request().owner();
    var face = call.conversation().client();
    return face.isLikeAny() || lone.isKept()
        ? work.apply(shared)
        : own.using(owner, face, () -> new HttpSlot(face), slot -> end(slot, call.lent()), work);
  }

  /** An answer that no server without sessions gives has the next call find out again. */
  private Answered answeredStateless(HttpCall call) {
    var answer = send(STATELESS, call);
    if (settings.revision().isEmpty()
        && answer instanceof Status(int status)
        && (status == BAD_REQUEST || status == NOT_FOUND || status == NOT_ALLOWED)) {
      stateless = false;
      forgetAll();
    }
    return answer;
  }

  private Answered answered(HttpSlot slot, HttpCall call) {
    var first = dialect(slot, call);
    var answer = send(first, call, slot.elicitations());
    if (!(first instanceof Session session) || !isLoss(session, answer)) {
      return answer;
    }
    slot.forget(session);
    lone.lost(session);
    if (!answer.equals(new Status(NOT_FOUND))) {
      return answer;
    }
    suspect.run();
    return send(dialect(slot, call), call, slot.elicitations());
  }

  private Answered send(Dialect in, HttpCall call) {
    return send(in, call, new Elicitations());
  }

  private Answered send(Dialect in, HttpCall call, Elicitations elicitations) {
    return new HttpExchange(wire, in, call, suspect, elicitations).run();
  }

  /** Whether a request in a session was answered as where the server does not know it. */
  static boolean isLoss(Session session, Answered answer) {
    return session.id().isPresent()
        && answer instanceof Status(int status)
        && (status == NOT_FOUND || status == BAD_REQUEST);
  }

  private Dialect dialect(HttpSlot slot, HttpCall call) {
    return isWithoutSession(call)
        ? STATELESS
        : slot.dialect(call.deadline(), () -> negotiated(call, slot.face()));
  }

  private boolean isWithoutSession(HttpCall call) {
    return stateless && !prefersSession(call);
  }

  /**
   * Whether a call had better be made in a session, if the server has any: the client could be
   * asked for something in one, but not by an answer.
   */
  private boolean prefersSession(HttpCall call) {
    return !withoutSessions
        && settings.revision().isEmpty()
        && !call.conversation().client().isPlain()
        && !call.conversation().takesInputRequests();
  }

  private Dialect negotiated(HttpCall call, ClientFace face) {
    if (prefersSession(call)) {
      try {
        return beginnings.begun(call, face);
      } catch (Refusal refusal) {
        if (refusal.code() != RefusalCode.UPSTREAM_REJECTED) {
          throw refusal;
        }
        withoutSessions = true;
      }
    }
    if (settings.revision().isEmpty() && isStateless(call)) {
      stateless = true;
      return STATELESS;
    }
    return beginnings.begun(call, face);
  }

  private boolean isStateless(HttpCall call) {
    var probe = call.before(Protocol.DISCOVER, Json.object()).within(PROBE);
    return switch (send(STATELESS, probe)) {
      case Result(var result, _, _) -> Protocol.supportsStateless(result.path("supportedVersions"));
      case Failed(var error, _) -> isStatelessError(error);
      case Status(int status) when status == 401 || status == 403 || status >= 500 ->
          throw refusal(status);
      case Status _ -> false;
    };
  }

  private static boolean isStatelessError(ObjectNode error) {
    return switch (error.path("code").asInt()) {
      case RpcError.UNSUPPORTED_VERSION ->
          Protocol.supportsStateless(error.path("data").path("supported"));
      case RpcError.HEADER_MISMATCH, Protocol.MISSING_CAPABILITY -> true;
      default -> false;
    };
  }

  private void end(HttpSlot slot, Lent lent) {
    slot.session().ifPresent(session -> end(session, lent));
  }

  private void end(Session session, Lent lent) {
    if (session.id().isEmpty()) {
      return;
    }
    lone.ended(session);
    boolean interrupted = Thread.interrupted();
    try {
      wire.end(HttpHeaders.of(session), END, lent);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The refusal for a JSON-RPC error that answers what every server knows. */
  static Refusal rejected() {
    return new Refusal(RefusalCode.UPSTREAM_REJECTED)
        .because("the upstream answered a request that every MCP server knows with an error");
  }

  static Refusal refusal(int status) {
    return new Refusal(
            status >= 500 || status == 429
                ? RefusalCode.UPSTREAM_UNAVAILABLE
                : RefusalCode.UPSTREAM_REJECTED)
        .because(trouble(status));
  }

  /** What such an answer most often means, for administrators. */
  private static String trouble(int status) {
    var hint =
        switch (status) {
          case 401, 403 -> "; look at its Credential";
          case NOT_FOUND, NOT_ALLOWED -> "; look at its url: no MCP is spoken there";
          default -> "";
        };
    return "the upstream answered with status " + status + hint;
  }
}
