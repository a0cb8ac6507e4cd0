package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Door;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.http.CallerFilter;
import dev.sallyport.identity.http.Callers;
import dev.sallyport.identity.turn.Turn;
import dev.sallyport.identity.turn.Turns;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.http.SessionWire.Found;
import dev.sallyport.mcp.http.Sessions.Session;
import dev.sallyport.mcp.upstream.ClientAnswer;
import dev.sallyport.mcp.upstream.ClientFace;
import dev.sallyport.mcp.wire.InvalidRpcException;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.MalformedJsonException;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * The routes of MCP, for a listener behind a {@link CallerFilter}: {@code /mcp} has the tools of
 * all servers, {@code /mcp/{server}} those of one. Both speak every revision: a request that names
 * a stateless revision is answered by itself, any other belongs to a session.
 */
public final class McpRoutes implements HttpService {
  private static final Pattern JSON_TYPE = Pattern.compile("(?i)\\s*application/json\\s*(;.*)?");
  private static final NullNode NO_ID = NullNode.getInstance();
  private static final HeaderName VERSION = HeaderNames.create(Meta.VERSION_HEADER);

  private final McpHttpConfig config;
  private final Hosts hosts;
  private final Turns turns;
  private final StatelessWire stateless;
  private final SessionWire sessions;
  private final RefusedMessages refused;
  private final ParkedCalls parked = new ParkedCalls(ParkedCalls.PATIENCE);
  private final HeldWaits waits;
  private final Listeners listeners;

  /**
   * Routes over a broker.
   *
   * @param refused is told who made each request that was refused before it became an action, and
   *     its stable code
   */
  public McpRoutes(
      Broker broker,
      Turns turns,
      McpHttpConfig config,
      InstantSource clock,
      BiConsumer<Caller, String> refused) {
    this.config = config;
    this.refused = new RefusedMessages(refused);
    this.turns = turns;
    hosts = new Hosts(config.hosts());
    var methods = new McpMethods(broker, config, this.refused);
    var streams = new CallStreams(config.keepAlive(), config.callKeepAlive());
    var held = new HeldRequests(broker.heldStates(), config.console());
    waits = new HeldWaits(broker.approvals(), HeldWaits.PATIENCE);
    var requests = new ServerRequests(broker, this.refused, streams, parked, held, waits);
    listeners =
        new Listeners(
            broker, config.keepAlive(), new EventWriters(CallStreams.PATIENCE), this.refused);
    stateless = new StatelessWire(broker, methods, requests, listeners, this.refused);
    sessions =
        new SessionWire(
            broker,
            methods,
            requests,
            listeners,
            new Sessions(clock, config.sessionIdle(), config.maxSessions()),
            this.refused);
  }

  @Override
  public void routing(HttpRules rules) {
    for (var path : List.of("/mcp", "/mcp/{server}")) {
      rules
          .post(path, this::post)
          .get(path, this::get)
          .delete(path, this::delete)
          .any(path, this::other);
    }
  }

  private void post(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MCP);
    if (!isForUs(request, response, caller)) {
      return;
    }
    try {
      var message = RpcMessage.of(Json.parseRequest(body(request)));
      try {
        answer(request, response, caller, message);
      } catch (Refusal refusal) {
        refused.answer(caller, id(message), refusal).send(response);
      }
    } catch (MalformedJsonException _) {
      unreadable(caller, "The body is not JSON as MCP has it.").send(response);
    } catch (InvalidRpcException e) {
      refused.answer(caller, 400, e.id(), RefusalCode.INVALID_REQUEST, e.error()).send(response);
    } catch (Refusal refusal) {
      refused.answer(caller, NO_ID, refusal).send(response);
    } catch (IOException _) {
      unreadable(caller, "The body broke off.").send(response);
    }
  }

  private static JsonNode id(RpcMessage message) {
    return message instanceof RpcMessage.Request asked ? asked.id() : NO_ID;
  }

  private HttpAnswer unreadable(Caller caller, String why) {
    var error = RpcError.of(RpcError.PARSE_ERROR, why);
    return refused.answer(caller, 400, NO_ID, RefusalCode.MALFORMED_REQUEST, error);
  }

  private void delete(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MCP);
    if (isForUs(request, response, caller)) {
      sessions.end(request, caller, NO_ID).send(response);
    }
  }

  private void get(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MCP);
    if (!isForUs(request, response, caller)) {
      return;
    }
    if (namesStateless(request)) {
      refused.method(caller, "POST").send(response);
    } else {
      sessions.listen(request, response, caller);
    }
  }

  /** How many calls wait for their clients, or go on after they did. */
  public int parkedCalls() {
    return parked.size();
  }

  /**
   * Ends the streams of those who listen, gives up the calls that wait for their clients, and has
   * those come again that wait for persons.
   */
  public void close() {
    waits.close();
    listeners.close();
    parked.close();
  }

  private void other(ServerRequest request, ServerResponse response) {
    var caller = Callers.of(request, Door.MCP);
    if (isForUs(request, response, caller)) {
      refused.method(caller, namesStateless(request) ? "POST" : "POST, GET, DELETE").send(response);
    }
  }

  private void answer(
      ServerRequest request, ServerResponse response, Caller caller, RpcMessage message) {
    switch (message) {
      case RpcMessage.Request asked when Accepts.of(request).none() ->
          refused
              .answer(
                  caller,
                  406,
                  asked.id(),
                  RefusalCode.INVALID_REQUEST,
                  RpcError.of(RpcError.INVALID_REQUEST, "Accept application/json."))
              .send(response);
      case RpcMessage.Request asked when isStateless(request, asked) ->
          stateless.answer(
              exchange(
                  request,
                  response,
                  caller,
                  asked,
                  Revision.R2026_07_28,
                  ClientFaces.of(asked.params().path("_meta"))),
              asked);
      case RpcMessage.Request asked when asked.method().equals(Methods.INITIALIZE) -> {
        var in =
            namesTurn(request, asked)
                ? caller
                : entered(response, caller, turns.begin(caller.principal()));
        sessions
            .initialize(
                exchange(request, response, in, asked, Revision.R2025_11_25, ClientFace.PLAIN),
                asked.params())
            .send(response);
      }
      case RpcMessage.Request asked -> {
        switch (sessions.find(request, caller, asked.id())) {
          case Found.InSession(var session) -> {
            var in = namesTurn(request, asked) ? caller : inSession(response, caller, session);
            sessions.answer(
                exchange(request, response, in, asked, session.revision(), session.face()),
                asked,
                session);
          }
          case Found.Not(var answer) -> answer.send(response);
        }
      }
      case RpcMessage.Notification told -> take(request, caller, told).send(response);
      case RpcMessage.Response(var id, var result) ->
          answered(request, caller, id, new ClientAnswer.Given(result)).send(response);
      case RpcMessage.Failure(var id, var error) ->
          answered(request, caller, id, new ClientAnswer.Refused(error)).send(response);
    }
  }

  private HttpAnswer take(
      ServerRequest request, Caller caller, RpcMessage.Notification notification) {
    if (namesStateless(request)) {
      return HttpAnswer.ACCEPTED;
    }
    return switch (sessions.find(request, caller, NO_ID)) {
      case Found.InSession(var session) -> sessions.take(notification, session);
      case Found.Not(var answer) -> answer;
    };
  }

  /** What a client says to what it was asked, which it can be only in a session. */
  private HttpAnswer answered(
      ServerRequest request, Caller caller, JsonNode id, ClientAnswer said) {
    if (namesStateless(request)) {
      return refused.answer(
          caller,
          400,
          NO_ID,
          RefusalCode.INVALID_REQUEST,
          RpcError.of(RpcError.INVALID_REQUEST, "Send a request or a notification."));
    }
    return switch (sessions.find(request, caller, NO_ID)) {
      case Found.InSession(var session) -> sessions.answered(id, said, session);
      case Found.Not(var answer) -> answer;
    };
  }

  private Exchange exchange(
      ServerRequest request,
      ServerResponse response,
      Caller caller,
      RpcMessage.Request asked,
      Revision revision,
      ClientFace client) {
    return new Exchange(
        request,
        response,
        Accepts.of(request),
        inTurn(request, response, caller, asked),
        request.path().pathParameters().first("server").asOptional(),
        asked.id(),
        revision,
        client);
  }

  /** The caller in the turn that the message names; in that of its headers if it names none. */
  private Caller inTurn(
      ServerRequest request, ServerResponse response, Caller caller, RpcMessage.Request asked) {
    var named = asked.params().path("_meta").path(Meta.TURN);
    if (named.isMissingNode() || named.isNull()) {
      return caller;
    }
    var header = request.headers().first(CallerFilter.TURN);
    var text = Optional.ofNullable(named.textValue());
    if (header.isPresent() && !header.equals(text)) {
      throw new Refusal(
          RefusalCode.UNKNOWN_TURN, "The header and _meta name different turns. Name one.");
    }
    if (header.isPresent()) {
      return caller;
    }
    var turn =
        text.flatMap(name -> turns.find(caller.principal(), Optional.of(name)))
            .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_TURN));
    return entered(response, caller, turn);
  }

  /** The caller in the turn of its session, which ends with that turn. */
  private Caller inSession(ServerResponse response, Caller caller, Session session) {
    var turn =
        turns
            .find(caller.principal(), Optional.of(session.turn().value()))
            .orElseThrow(() -> new Refusal(RefusalCode.UNKNOWN_SESSION));
    return entered(response, caller, turn);
  }

  private static Caller entered(ServerResponse response, Caller caller, Turn turn) {
    response.headers().set(CallerFilter.TURN, turn.id().value());
    return caller.in(turn);
  }

  private static boolean namesTurn(ServerRequest request, RpcMessage.Request asked) {
    return request.headers().contains(CallerFilter.TURN)
        || asked.params().path("_meta").hasNonNull(Meta.TURN);
  }

  private static boolean isStateless(ServerRequest request, RpcMessage.Request asked) {
    return asked.params().path("_meta").has(Meta.PROTOCOL_VERSION) || namesStateless(request);
  }

  private static boolean namesStateless(ServerRequest request) {
    return request
        .headers()
        .first(VERSION)
        .flatMap(Revision::find)
        .filter(Revision::isStateless)
        .isPresent();
  }

  private boolean isForUs(ServerRequest request, ServerResponse response, Caller caller) {
    var host = request.headers().first(HeaderNames.HOST).orElse("");
    if (hosts.allow(host)) {
      return true;
    }
    refused
        .answer(
            caller,
            403,
            NO_ID,
            RefusalCode.FORBIDDEN,
            RpcError.of(RpcError.INVALID_REQUEST, "This gateway is not called by that name."))
        .send(response);
    return false;
  }

  private byte[] body(ServerRequest request) throws IOException {
    var types = request.headers().all(HeaderNames.CONTENT_TYPE, List::of);
    if (types.size() != 1 || !isJson(types.getFirst())) {
      throw new Refusal(RefusalCode.UNSUPPORTED_MEDIA_TYPE);
    }
    long most = request.headers().contentLength().orElse(config.maxRequestBytes());
    if (most > config.maxRequestBytes()) {
      throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
    }
    try (var in = request.content().inputStream()) {
      var bytes = in.readNBytes((int) most + 1);
      if (bytes.length > config.maxRequestBytes()) {
        throw new Refusal(RefusalCode.REQUEST_TOO_LARGE);
      }
      return bytes;
    }
  }

  private static boolean isJson(String type) {
    return type.equals("application/json") || JSON_TYPE.matcher(type).matches();
  }
}
