package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.http.Sessions.Session;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MCP with sessions, up to 2025-11-25. */
final class SessionWire {
  private static final HeaderName SESSION = HeaderNames.create(Meta.SESSION_HEADER);
  private static final HeaderName VERSION = HeaderNames.create(Meta.VERSION_HEADER);

  private final McpMethods methods;
  private final Sessions sessions;
  private final RefusedMessages refused;

  SessionWire(McpMethods methods, Sessions sessions, RefusedMessages refused) {
    this.methods = methods;
    this.sessions = sessions;
    this.refused = refused;
  }

  /** The session that a request names, or how to answer that there is none. */
  sealed interface Found {
    record InSession(Session session) implements Found {}

    record Not(HttpAnswer answer) implements Found {}
  }

  Found find(ServerRequest request, PrincipalId principal, JsonNode id) {
    var version = request.headers().first(VERSION);
    if (version.isPresent()
        && Revision.find(version.get()).filter(known -> !known.isStateless()).isEmpty()) {
      return new Found.Not(
          refused.answer(400, id, RefusalCode.INVALID_REQUEST, StatelessWire.unsupported()));
    }
    var named = request.headers().all(SESSION, List::of);
    if (named.size() != 1) {
      return new Found.Not(
          refused.answer(
              400,
              id,
              RefusalCode.INVALID_REQUEST,
              RpcError.of(
                  RpcError.INVALID_REQUEST,
                  "Begin with initialize, and name the session in Mcp-Session-Id from then on.")));
    }
    return sessions
        .find(principal, named.getFirst())
        .<Found>map(Found.InSession::new)
        .orElseGet(
            () -> new Found.Not(refused.answer(id, new Refusal(RefusalCode.UNKNOWN_SESSION))));
  }

  /** Begins a session. */
  HttpAnswer initialize(Exchange exchange, ObjectNode params) {
    var asked = params.path("protocolVersion").textValue();
    if (asked == null) {
      return refused.answer(
          400,
          exchange.id(),
          RefusalCode.INVALID_REQUEST,
          RpcError.of(RpcError.INVALID_PARAMS, "Say the protocolVersion, a text."));
    }
    var revision =
        Revision.find(asked).filter(known -> !known.isStateless()).orElse(Revision.R2025_11_25);
    var session =
        sessions.begin(exchange.caller().principal().id(), revision, exchange.caller().turn().id());
    var result = Json.object().put("protocolVersion", revision.label());
    methods.introduce(exchange, result);
    result.set("serverInfo", McpMethods.serverInfo());
    result.putObject("_meta").put(Meta.TURN, exchange.caller().turn().id().value());
    return new HttpAnswer(
        200,
        Optional.of(RpcMessage.response(exchange.id(), result)),
        Map.of(Meta.SESSION_HEADER, session.id()));
  }

  /** Answers a request in a session. */
  void answer(Exchange exchange, RpcMessage.Request request, Session session) {
    switch (request.method()) {
      case McpMethods.PING ->
          HttpAnswer.of(RpcMessage.response(request.id(), Json.object())).send(exchange.response());
      case McpMethods.LIST_TOOLS ->
          methods.list(exchange, request.params()).send(exchange.response());
      case McpMethods.CALL_TOOL -> {
        try {
          methods.call(
              exchange,
              request.params(),
              cancellation -> session.begin(request.id(), cancellation));
        } finally {
          session.end(request.id());
        }
      }
      default -> methods.unknownMethod(200, request.id()).send(exchange.response());
    }
  }

  /** Takes a notification in a session. */
  HttpAnswer take(RpcMessage.Notification notification, Session session) {
    if (notification.method().equals("notifications/cancelled")) {
      session.cancel(notification.params().path("requestId"));
    }
    return HttpAnswer.ACCEPTED;
  }

  /** Ends the session that a request names. */
  HttpAnswer end(ServerRequest request, PrincipalId principal, JsonNode noId) {
    if (!request.headers().contains(SESSION)) {
      return refused.method("POST");
    }
    return switch (find(request, principal, noId)) {
      case Found.InSession(Session session) -> {
        sessions.end(session);
        yield new HttpAnswer(204, Optional.empty(), Map.of());
      }
      case Found.Not(HttpAnswer answer) -> answer;
    };
  }
}
