package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.mcp.upstream.Dialect.Beginning;
import dev.sallyport.mcp.upstream.Dialect.Session;
import dev.sallyport.mcp.upstream.HttpExchange.Answered;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Failed;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Result;
import dev.sallyport.mcp.upstream.HttpExchange.Answered.Status;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcMessage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Begins sessions at a server over HTTP, and sees whether that ends others of them. Thread-safe.
 */
final class HttpBeginnings {
  /** How long is waited for a word on a session, since others wait for the one that begins. */
  private static final Duration PING = Duration.ofSeconds(2);

  private final HttpWire wire;
  private final HttpSettings settings;
  private final Runnable suspect;
  private final LoneSession lone;
  private final AtomicReference<@Nullable ObjectNode> introduced = new AtomicReference<>();

  /**
   * Those of a server.
   *
   * @param suspect is run when the server introduces itself otherwise than before
   */
  HttpBeginnings(HttpWire wire, HttpSettings settings, Runnable suspect, LoneSession lone) {
    this.wire = wire;
    this.settings = settings;
    this.suspect = suspect;
    this.lone = lone;
  }

  /** A session, begun as that client, before a call of whichever. */
  Session begun(HttpCall call, ClientFace client) {
    var doubtful = lone.doubtful().filter(last -> ping(last, call) == Ping.KNOWN);
    var session = session(call, client);
    doubtful.ifPresent(last -> {
      switch (ping(last, call)) {
        case KNOWN -> lone.sawOutlive(last);
        case LOST -> lone.sawEnd(last);
        case UNTOLD -> {}
      }
    });
    lone.began(session);
    compare(session.introduction());
    return session;
  }

  private Session session(HttpCall call, ClientFace client) {
    var revision = settings.revision().orElse(Revision.R2025_11_25);
    var first = call.before(Protocol.INITIALIZE, Protocol.initializeParams(revision, client));
    return switch (send(new Beginning(), first)) {
      case Result(var result, _, var id) -> {
        var session =
            new Session(
                id, Protocol.sessionRevision(result), Protocol.introduction(result), client);
        wire.tell(
            RpcMessage.notification(Protocol.INITIALIZED, Json.object()),
            HttpHeaders.of(session),
            call.deadline().remaining(),
            call.lent());
        setLevel(session, client, call);
        yield session;
      }
      case Failed _ -> throw HttpUpstream.rejected();
      case Status(int status) -> throw HttpUpstream.refusal(status);
    };
  }

  /** Says how severe messages must be that the client wants; a server may know better. */
  private void setLevel(Session session, ClientFace client, HttpCall call) {
    var level = client.logLevel();
    if (level.isPresent() && session.introduction().path("capabilities").has("logging")) {
      var params = Json.object().put("level", level.get());
      var _ = send(session, call.before(Protocol.SET_LEVEL, params));
    }
  }

  private void compare(ObjectNode introduction) {
    var before = introduced.getAndSet(introduction);
    if (before != null && !before.equals(introduction)) {
      suspect.run();
    }
  }

  /** What the server says of a session. */
  private enum Ping {
    KNOWN,
    LOST,
    UNTOLD
  }

  private Ping ping(Session session, HttpCall call) {
    try {
      var answer = send(session, call.before(Protocol.PING, Json.object()).within(PING));
      if (HttpUpstream.isLoss(session, answer)) {
        return Ping.LOST;
      }
      return answer instanceof Status ? Ping.UNTOLD : Ping.KNOWN;
    } catch (Refusal _) {
      lone.unanswered();
      return Ping.UNTOLD;
    }
  }

  private Answered send(Dialect in, HttpCall call) {
    return new HttpExchange(wire, in, call, suspect, new Elicitations()).run();
  }
}
