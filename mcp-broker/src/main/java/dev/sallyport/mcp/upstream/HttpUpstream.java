package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.Principal;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.Dialect.Session;
import dev.sallyport.mcp.upstream.Dialect.Stateless;
import dev.sallyport.mcp.upstream.HttpExchange.Answered;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Failed;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Result;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Status;
import dev.sallyport.mcp.wire.HeaderText;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.vault.Lent;
import dev.sallyport.vault.egress.EgressClient;
import dev.sallyport.vault.egress.EgressRequest.Header;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A server over Streamable HTTP.
 *
 * <p>Which revision it speaks is found out with the first request and kept. A session that the
 * server has forgotten (404) is begun again, once a call: such a call was not carried out. After a
 * 400, which may mean the same, the next call begins a session, but nothing is sent twice.
 */
public final class HttpUpstream implements Upstream {
  private static final Duration PROBE = Duration.ofSeconds(10);
  private static final PrincipalId REGISTRY = Principal.internal("registry").id();
  private static final int NOT_FOUND = 404;
  private static final int BAD_REQUEST = 400;

  private final HttpSettings settings;
  private final HttpExchange exchange;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile @Nullable Dialect dialect;

  public HttpUpstream(HttpSettings settings, EgressClient client) {
    this.settings = settings;
    this.exchange = new HttpExchange(client, settings.url(), settings.maxAnswerBytes());
    this.dialect =
        settings.revision().filter(Revision::isStateless).isPresent() ? new Stateless() : null;
  }

  @Override
  public Listing inspect(Lent lent) {
    return Protocol.listing(
        introduction(lent), (method, params) -> asked(method, params, lent, settings.timeout()));
  }

  private ObjectNode introduction(Lent lent) {
    return switch (dialect(lent, Deadline.in(settings.timeout()))) {
      case Session(_, _, var introduction) -> introduction;
      case Stateless() ->
          Protocol.introduction(asked(Protocol.DISCOVER, Json.object(), lent, settings.timeout()));
    };
  }

  /** The result of a request of our own. */
  private ObjectNode asked(String method, ObjectNode params, Lent lent, Duration timeout) {
    var request = new UpstreamRequest(REGISTRY, method, Optional.empty(), params, Map.of());
    return switch (ask(request, lent, Deadline.in(timeout), Conversation.none())) {
      case Result(var result, _, _) -> result;
      case Failed _ -> throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
      case Status(int status) -> throw refusal(status);
    };
  }

  @Override
  public UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation) {
    var answered = ask(request, lent, Deadline.in(settings.timeout()), conversation);
    int redacted = lent.redactor().found();
    return switch (answered) {
      case Result(var result, long bytes, _) -> new UpstreamAnswer.Result(result, bytes, redacted);
      case Failed(var error, long bytes) -> new UpstreamAnswer.Failure(error, bytes, redacted);
      case Status(int status) -> throw refusal(status);
    };
  }

  @Override
  public void close() {
    dialect = null;
  }

  private Answered ask(
      UpstreamRequest request, Lent lent, Deadline deadline, Conversation conversation) {
    var first = dialect(lent, deadline);
    var answer = send(first, request, lent, deadline, conversation);
    if (isStatus(first, answer, BAD_REQUEST)) {
      forget(first);
      return answer;
    }
    if (!isStatus(first, answer, NOT_FOUND)) {
      return answer;
    }
    forget(first);
    return send(dialect(lent, deadline), request, lent, deadline, conversation);
  }

  private Answered send(
      Dialect in,
      UpstreamRequest request,
      Lent lent,
      Deadline deadline,
      Conversation conversation) {
    var id = exchange.nextId();
    var params = request.params().deepCopy();
    var sent = in instanceof Stateless ? Protocol.stateless(params) : params;
    var headers = headers(in, request.method(), request.name().orElse(""));
    try {
      return exchange.ask(id, request.method(), sent, headers, lent, deadline, conversation);
    } catch (Refusal refusal) {
      if (in instanceof Session && isGivenUp(refusal)) {
        exchange.cancel(id, headers, lent);
      }
      throw refusal;
    }
  }

  /** Whether we stopped waiting, rather than the server answering. */
  private static boolean isGivenUp(Refusal refusal) {
    return refusal.code() == RefusalCode.UPSTREAM_TIMEOUT || Thread.currentThread().isInterrupted();
  }

  /** Whether a request in a session was answered with that status alone. */
  private static boolean isStatus(Dialect dialect, Answered answer, int wanted) {
    return dialect instanceof Session(var id, _, _)
        && id.isPresent()
        && answer instanceof Status(int status)
        && status == wanted;
  }

  private void forget(Dialect known) {
    starting.lock();
    try {
      if (known.equals(dialect)) {
        dialect = null;
      }
    } finally {
      starting.unlock();
    }
  }

  private Dialect dialect(Lent lent, Deadline deadline) {
    var known = dialect;
    return known != null ? known : start(lent, deadline);
  }

  private Dialect start(Lent lent, Deadline deadline) {
    try {
      if (!starting.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE);
    }
    try {
      var known = dialect;
      var found = known != null ? known : negotiate(lent, deadline);
      dialect = found;
      return found;
    } finally {
      starting.unlock();
    }
  }

  private Dialect negotiate(Lent lent, Deadline deadline) {
    if (settings.revision().isEmpty() && isStateless(lent, deadline.within(PROBE))) {
      return new Stateless();
    }
    return initialize(lent, deadline);
  }

  private boolean isStateless(Lent lent, Deadline deadline) {
    var headers = headers(new Stateless(), Protocol.DISCOVER, "");
    var params = Protocol.stateless(Json.object());
    var id = exchange.nextId();
    return switch (exchange.ask(
        id, Protocol.DISCOVER, params, headers, lent, deadline, Conversation.none())) {
      case Result(var result, _, _) -> supportsStateless(result.path("supportedVersions"));
      case Failed(var error, _) -> isStatelessError(error);
      case Status(int status) when status == 401 || status == 403 || status >= 500 ->
          throw refusal(status);
      case Status _ -> false;
    };
  }

  private static boolean isStatelessError(ObjectNode error) {
    return switch (error.path("code").asInt()) {
      case RpcError.UNSUPPORTED_VERSION -> supportsStateless(error.path("data").path("supported"));
      case RpcError.HEADER_MISMATCH -> true;
      default -> false;
    };
  }

  private static boolean supportsStateless(JsonNode labels) {
    for (var label : labels) {
      if (Revision.R2026_07_28.label().equals(label.textValue())) {
        return true;
      }
    }
    return false;
  }

  private Dialect initialize(Lent lent, Deadline deadline) {
    var answer =
        exchange.ask(
            exchange.nextId(),
            Protocol.INITIALIZE,
            Protocol.initializeParams(),
            List.of(),
            lent,
            deadline,
            Conversation.none());
    return switch (answer) {
      case Result(var result, _, var id) -> {
        var session =
            new Session(id, Protocol.sessionRevision(result), Protocol.introduction(result));
        exchange.tell(Protocol.INITIALIZED, headers(session, "", ""), lent, deadline);
        yield session;
      }
      case Failed _ -> throw new Refusal(RefusalCode.UPSTREAM_REJECTED);
      case Status(int status) -> throw refusal(status);
    };
  }

  private static List<Header> headers(Dialect in, String method, String name) {
    var headers = new ArrayList<Header>(3);
    switch (in) {
      case Stateless() -> {
        headers.add(new Header(Meta.VERSION_HEADER, Revision.R2026_07_28.label()));
        headers.add(new Header(Meta.METHOD_HEADER, method));
        if (!name.isEmpty()) {
          headers.add(new Header(Meta.NAME_HEADER, HeaderText.encode(name)));
        }
      }
      case Session(Optional<String> id, String revision, _) -> {
        headers.add(new Header(Meta.VERSION_HEADER, revision));
        id.ifPresent(some -> headers.add(new Header(Meta.SESSION_HEADER, some)));
      }
    }
    return headers;
  }

  private static Refusal refusal(int status) {
    return new Refusal(
        status >= 500 || status == 429
            ? RefusalCode.UPSTREAM_UNAVAILABLE
            : RefusalCode.UPSTREAM_REJECTED);
  }
}
