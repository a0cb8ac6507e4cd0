package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.wire.HeaderText;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.Revision;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;

/** MCP without sessions, from 2026-07-28 on: each request says all that there is to know. */
final class StatelessWire {
  private static final HeaderName VERSION = HeaderNames.create(Meta.VERSION_HEADER);
  private static final HeaderName METHOD = HeaderNames.create(Meta.METHOD_HEADER);
  private static final HeaderName NAME = HeaderNames.create(Meta.NAME_HEADER);
  private static final String RESOURCES = "resourceSubscriptions";
  private static final String TASK_IDS = "taskIds";
  private static final int LIFETIME_MILLIS = 300_000;

  private final Broker broker;
  private final McpMethods methods;
  private final ServerRequests requests;
  private final Listeners listeners;
  private final RefusedMessages refused;
  private final TaskRequests tasks;

  StatelessWire(
      Broker broker,
      McpMethods methods,
      ServerRequests requests,
      Listeners listeners,
      RefusedMessages refused) {
    this.broker = broker;
    this.methods = methods;
    this.requests = requests;
    this.listeners = listeners;
    this.refused = refused;
    tasks = new TaskRequests(broker, refused);
  }

  /** Answers a request. */
  void answer(Exchange exchange, RpcMessage.Request request) {
    var mistake = mistake(exchange, request);
    if (mistake.isPresent()) {
      refused
          .answer(exchange.caller(), 400, request.id(), code(mistake.get()), mistake.get())
          .send(exchange.response());
      return;
    }
    if (Methods.isAsked(request.method())) {
      requests.answer(exchange, request);
      return;
    }
    if (Methods.isOfTask(request.method())) {
      tasks.answer(exchange, request).send(exchange.response());
      return;
    }
    var listed = Methods.listed(request.method());
    if (listed.isPresent()) {
      methods.list(exchange, listed.get(), request.params()).send(exchange.response());
      return;
    }
    switch (request.method()) {
      case Methods.DISCOVER -> discover(exchange).send(exchange.response());
      case Methods.LISTEN -> listen(exchange, request.params());
      default -> methods.unknownMethod(404, exchange).send(exchange.response());
    }
  }

  /** Tells a client of changes until it leaves. */
  private void listen(Exchange exchange, ObjectNode params) {
    if (!(params.get("notifications") instanceof ObjectNode wanted)
        || !exchange.accepts().stream()) {
      var refusal =
          new Refusal(
              RefusalCode.MALFORMED_REQUEST,
              "Say in notifications what you want to be told of, and accept text/event-stream.");
      refused.answer(exchange, refusal).send(exchange.response());
      return;
    }
    if (wanted.has(TASK_IDS) && !exchange.client().takesTasks()) {
      tasks.withoutExtension(exchange).send(exchange.response());
      return;
    }
    var news = new News();
    try (var subscriptions = new Subscriptions(news)) {
      broker.requireKnown(exchange.caller(), exchange.server());
      if (isTooMuch(wanted) || !listeners.hasRoom(exchange.caller().principal().owner())) {
        throw new Refusal(RefusalCode.RATE_LIMITED);
      }
      var honoured = Json.object();
      var lists = Listening.lists(wanted, honoured);
      subscribe(exchange, wanted, subscriptions, honoured);
      follow(exchange, wanted, subscriptions, honoured);
      if (honoured.isEmpty()) {
        news.end();
      }
      var shape = Listening.shape(exchange, honoured);
      listeners.serve(
          exchange.caller(), exchange.server(), lists, news, shape, exchange.response());
    } catch (Refusal refusal) {
      refused.answer(exchange, refusal).send(exchange.response());
    }
  }

  /** Whether more is named than a stream tells of: each is decided on, and on record. */
  private static boolean isTooMuch(ObjectNode wanted) {
    return wanted.path(RESOURCES).size() + wanted.path(TASK_IDS).size() > Subscriptions.MOST;
  }

  /** What the client may not read is left out of what is honoured; that it asked is on record. */
  private void subscribe(
      Exchange exchange, ObjectNode wanted, Subscriptions subscriptions, ObjectNode honoured) {
    for (var uri : wanted.path(RESOURCES)) {
      if (uri.isTextual()) {
        try {
          subscriptions.add(broker, exchange.caller(), exchange.server(), uri.textValue());
          honoured.withArray(RESOURCES).add(uri);
        } catch (Refusal refusal) {
          if (refusal.code() != RefusalCode.UNKNOWN_URI) {
            throw refusal;
          }
        }
      }
    }
  }

  /** Tasks that are not the client's, or not told of, are left out likewise. */
  private void follow(
      Exchange exchange, ObjectNode wanted, Subscriptions subscriptions, ObjectNode honoured) {
    for (var handle : wanted.path(TASK_IDS)) {
      if (handle.isTextual()) {
        try {
          subscriptions.addTask(broker, exchange, handle.textValue());
          honoured.withArray(TASK_IDS).add(handle);
        } catch (Refusal refusal) {
          switch (refusal.code()) {
            case RATE_LIMITED, UNAVAILABLE, INTERNAL -> throw refusal;
            default -> {}
          }
        }
      }
    }
  }

  private HttpAnswer discover(Exchange exchange) {
    var result = Json.object();
    var versions = result.putArray("supportedVersions");
    Revision.labels().forEach(versions::add);
    methods.introduce(exchange, result);
    result.put("ttlMs", LIFETIME_MILLIS).put("cacheScope", "private");
    return HttpAnswer.of(RpcMessage.response(exchange.id(), McpMethods.complete(exchange, result)));
  }

  private static Optional<RpcError> mistake(Exchange exchange, RpcMessage.Request request) {
    var meta = request.params().path("_meta");
    var version = meta.path(Meta.PROTOCOL_VERSION).textValue();
    if (version == null || !(meta.get(Meta.CLIENT_CAPABILITIES) instanceof ObjectNode)) {
      return Optional.of(
          RpcError.of(
              RpcError.INVALID_PARAMS,
              "Say %s and %s in _meta."
                  .formatted(Meta.PROTOCOL_VERSION, Meta.CLIENT_CAPABILITIES)));
    }
    if (!repeats(exchange.request(), VERSION, version)) {
      return Optional.of(mismatch(Meta.VERSION_HEADER));
    }
    if (Revision.find(version).filter(Revision::isStateless).isEmpty()) {
      return Optional.of(unsupported(version));
    }
    if (!repeats(exchange.request(), METHOD, request.method())) {
      return Optional.of(mismatch(Meta.METHOD_HEADER));
    }
    if (meta.has(Meta.LOG_LEVEL) && !ClientFaces.isLevel(meta.get(Meta.LOG_LEVEL))) {
      return Optional.of(RpcError.of(RpcError.INVALID_PARAMS, ClientFaces.LEVEL_ADVICE));
    }
    var name = named(request);
    if (name.isPresent() && !says(exchange.request(), NAME, name.get())) {
      return Optional.of(mismatch(Meta.NAME_HEADER));
    }
    return Optional.empty();
  }

  private static RefusalCode code(RpcError mistake) {
    return mistake.code() == RpcError.HEADER_MISMATCH
        ? RefusalCode.HEADER_MISMATCH
        : RefusalCode.INVALID_REQUEST;
  }

  /** What the name header repeats: of each method that has something to repeat. */
  private static Optional<String> named(RpcMessage.Request request) {
    var field =
        switch (request.method()) {
          case Methods.CALL_TOOL, Methods.GET_PROMPT -> "name";
          case Methods.READ_RESOURCE -> "uri";
          case String method when Methods.isOfTask(method) -> "taskId";
          default -> "";
        };
    return Optional.ofNullable(request.params().path(field).textValue());
  }

  /** Whether a header says just this: only names are ever written in base64. */
  private static boolean repeats(ServerRequest request, HeaderName name, String text) {
    return request.headers().all(name, List::of).equals(List.of(text));
  }

  private static boolean says(ServerRequest request, HeaderName name, String text) {
    var values = request.headers().all(name, List::of);
    return values.size() == 1
        && HeaderText.decode(values.getFirst()).filter(text::equals).isPresent();
  }

  private static RpcError mismatch(String header) {
    return RpcError.of(
        RpcError.HEADER_MISMATCH,
        "The header %s is missing or does not say what the body says.".formatted(header));
  }

  /** The revision is none of ours. */
  static RpcError unsupported(String requested) {
    var data = Json.object().put("requested", requested);
    var supported = data.putArray("supported");
    Revision.labels().forEach(supported::add);
    return new RpcError(
        RpcError.UNSUPPORTED_VERSION, "Unsupported protocol version", Optional.of(data));
  }
}
