package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation.Why;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.http.Sessions.Session;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MCP with sessions, up to 2025-11-25. */
final class SessionWire {
  private static final HeaderName SESSION = HeaderNames.create(Meta.SESSION_HEADER);
  private static final HeaderName VERSION = HeaderNames.create(Meta.VERSION_HEADER);

  private static final HeaderName LAST_EVENT = HeaderNames.create("Last-Event-ID");

  private final Broker broker;
  private final McpMethods methods;
  private final ServerRequests requests;
  private final Listeners listeners;
  private final Sessions sessions;
  private final RefusedMessages refused;

  SessionWire(
      Broker broker,
      McpMethods methods,
      ServerRequests requests,
      Listeners listeners,
      Sessions sessions,
      RefusedMessages refused) {
    this.broker = broker;
    this.methods = methods;
    this.requests = requests;
    this.listeners = listeners;
    this.sessions = sessions;
    this.refused = refused;
  }

  /** The session that a request names, or how to answer that there is none. */
  sealed interface Found {
    record InSession(Session session) implements Found {}

    record Not(HttpAnswer answer) implements Found {}
  }

  Found find(ServerRequest request, Caller caller, JsonNode id) {
    var version = request.headers().first(VERSION);
    if (version.isPresent()
        && Revision.find(version.get()).filter(known -> !known.isStateless()).isEmpty()) {
      return new Found.Not(
          refused.answer(
              caller,
              400,
              id,
              RefusalCode.INVALID_REQUEST,
              StatelessWire.unsupported(version.get())));
    }
    var named = request.headers().all(SESSION, List::of);
    if (named.size() != 1) {
      return new Found.Not(
          refused.answer(
              caller,
              400,
              id,
              RefusalCode.INVALID_REQUEST,
              RpcError.of(
                  RpcError.INVALID_REQUEST,
                  "Begin with initialize, and name the session in Mcp-Session-Id from then on.")));
    }
    return sessions
        .find(caller.principal().owner(), named.getFirst())
        .<Found>map(session -> {
          session.servedFor(caller.presence(), why -> sessions.end(session, why));
          return new Found.InSession(session);
        })
        .orElseGet(() ->
            new Found.Not(refused.answer(caller, id, new Refusal(RefusalCode.UNKNOWN_SESSION))));
  }

  /** Begins a session. */
  HttpAnswer initialize(Exchange exchange, ObjectNode params) {
    var asked = params.path("protocolVersion").textValue();
    if (asked == null) {
      return refused.answer(
          exchange.caller(),
          400,
          exchange.id(),
          RefusalCode.INVALID_REQUEST,
          RpcError.of(RpcError.INVALID_PARAMS, "Say the protocolVersion, a text."));
    }
    var revision =
        Revision.find(asked).filter(known -> !known.isStateless()).orElse(Revision.R2025_11_25);
    var capabilities = ClientFaces.inSession(params.path("capabilities"));
    var turn = exchange.caller().turn().id();
    var session =
        sessions.begin(
            exchange.caller().principal().owner(),
            new Sessions.Beginning(revision, turn, capabilities));
    session.servedFor(exchange.caller().presence(), why -> sessions.end(session, why));
    var result = Json.object().put("protocolVersion", revision.label());
    methods.introduce(exchange, result);
    result.set("serverInfo", McpMethods.SERVER_INFO);
    result.putObject("_meta").put(Meta.TURN, exchange.caller().turn().id().value());
    return HttpAnswer.of(
        200,
        RpcMessage.response(exchange.id(), result),
        Map.of(Meta.SESSION_HEADER, List.of(session.id())));
  }

  /** Answers a request in a session. */
  void answer(Exchange exchange, RpcMessage.Request request, Session session) {
    if (Methods.isAsked(request.method())) {
      requests.answer(exchange, request, session);
      return;
    }
    var listed = Methods.listed(request.method());
    var answer =
        listed.isPresent()
            ? methods.list(exchange, listed.get(), request.params())
            : answerHere(exchange, request, session);
    if (exchange.revision().resumesStreams() && exchange.accepts().stream()) {
      answer.sendAsEvent(exchange.response());
    } else {
      answer.send(exchange.response());
    }
  }

  private HttpAnswer answerHere(Exchange exchange, RpcMessage.Request request, Session session) {
    try {
      var params = request.params();
      switch (request.method()) {
        case Methods.PING -> {}
        case Methods.SET_LEVEL -> setLevel(params, session);
        case Methods.SUBSCRIBE -> {
          var uri = CallParams.text(params, "uri");
          session.subscriptions().add(broker, exchange.caller(), exchange.server(), uri);
        }
        case Methods.UNSUBSCRIBE -> {
          var uri = CallParams.text(params, "uri");
          session.subscriptions().remove(exchange.server(), uri);
        }
        default -> {
          return methods.unknownMethod(200, exchange);
        }
      }
      return HttpAnswer.of(RpcMessage.response(request.id(), Json.object()));
    } catch (Refusal refusal) {
      return refused.answer(exchange, refusal, request.params().path("uri").asText());
    }
  }

  private static void setLevel(ObjectNode params, Session session) {
    var level = CallParams.text(params, "level");
    if (!ClientFaces.isLevel(params.path("level"))) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, ClientFaces.LEVEL_ADVICE);
    }
    session.logFrom(level);
  }

  /** Serves the stream on which a client is told what belongs to none of its requests. */
  void listen(ServerRequest request, ServerResponse response, Caller caller) {
    if (!request.headers().contains(SESSION)) {
      refused.method(caller, "POST, DELETE").send(response);
      return;
    }
    switch (find(request, caller, NullNode.getInstance())) {
      case Found.Not(HttpAnswer answer) -> answer.send(response);
      case Found.InSession(Session session) -> listen(request, response, caller, session);
    }
  }

  private void listen(
      ServerRequest request, ServerResponse response, Caller caller, Session session) {
    var place = request.headers().first(LAST_EVENT).flatMap(session.replays()::find);
    if (place.isPresent()) {
      listeners.resume(caller, place.get(), response);
    } else if (!Accepts.of(request).stream()) {
      refusedListening(caller, 406, "Accept text/event-stream.").send(response);
    } else if (!listeners.hasRoom(caller.principal().owner()) || !session.beginListening()) {
      refusedListening(caller, 409, "A session has one such stream at a time.").send(response);
    } else {
      try {
        var shape =
            new Listeners.Shape(
                Optional.empty(), message -> message, Optional.empty(), _ -> Optional.empty());
        var server = request.path().pathParameters().first("server").asOptional();
        listeners.serve(caller, server, Listeners.all(), session.news(), shape, response);
      } finally {
        session.endListening();
      }
    }
  }

  private HttpAnswer refusedListening(Caller caller, int status, String why) {
    return refused.answer(
        caller,
        status,
        NullNode.getInstance(),
        RefusalCode.INVALID_REQUEST,
        RpcError.of(RpcError.INVALID_REQUEST, why));
  }

  /** Takes a notification in a session. */
  HttpAnswer take(RpcMessage.Notification notification, Session session) {
    if (notification.method().equals("notifications/cancelled")) {
      session.cancel(notification.params().path("requestId"));
    }
    return HttpAnswer.ACCEPTED;
  }

  /** Takes what a client says to something that it was asked. */
  HttpAnswer answered(JsonNode id, ClientAnswer answer, Session session) {
    session.questions().answered(id, answer);
    return HttpAnswer.ACCEPTED;
  }

  /** Ends the session that a request names. */
  HttpAnswer end(ServerRequest request, Caller caller, JsonNode noId) {
    if (!request.headers().contains(SESSION)) {
      return refused.method(caller, "POST");
    }
    return switch (find(request, caller, noId)) {
      case Found.InSession(Session session) -> {
        sessions.end(session, Why.CALLER_LEFT);
        yield new HttpAnswer(204, Optional.empty(), Map.of());
      }
      case Found.Not(HttpAnswer answer) -> answer;
    };
  }
}
