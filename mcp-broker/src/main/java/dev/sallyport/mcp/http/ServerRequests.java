package dev.sallyport.mcp.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.Broker;
import dev.sallyport.mcp.Rest;
import dev.sallyport.mcp.ServerAnswer;
import dev.sallyport.mcp.http.Sessions.Session;
import dev.sallyport.mcp.upstream.Conversation;
import dev.sallyport.mcp.wire.Meta;
import dev.sallyport.mcp.wire.RpcMessage;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers the requests that are carried to servers, and tells and asks their clients what there is
 * to tell and ask before the answer.
 */
final class ServerRequests {
  private final Broker broker;
  private final RefusedMessages refused;
  private final CallStreams streams;
  private final ParkedCalls parked;
  private final HeldRequests held;
  private final HeldWaits waits;
  private final HeldNotices notices;

  ServerRequests(
      Broker broker,
      RefusedMessages refused,
      CallStreams streams,
      ParkedCalls parked,
      HeldRequests held,
      HeldWaits waits) {
    this.broker = broker;
    this.refused = refused;
    this.streams = streams;
    this.parked = parked;
    this.held = held;
    this.waits = waits;
    notices = new HeldNotices(waits, held);
  }

  /** Answers a request of its own. What the client is asked for stands in the answer. */
  void answer(Exchange exchange, RpcMessage.Request sent) {
    HeldRequests.Come come;
    try {
      come = held.come(exchange, sent);
    } catch (Refusal refusal) {
      refused.answer(exchange, refusal).send(exchange.response());
      return;
    }
    var request = come.request();
    if (!exchange.client().canBeAsked() && come.again().isEmpty()) {
      stream(
          exchange,
          cancellation(exchange),
          stream -> {
            var dialogue = dialogue(exchange, request, stream, Optional.empty());
            return answer(exchange, request, dialogue);
          });
    } else {
      park(exchange, come);
    }
  }

  /** Answers a request in a session. */
  void answer(Exchange exchange, RpcMessage.Request request, Session session) {
    var cancellation = cancellation(exchange);
    session.begin(request.id(), cancellation);
    var stream =
        exchange.revision().resumesStreams() && exchange.accepts().stream()
            ? CallStream.replayed(exchange.response(), cancellation, session.replays().begin())
            : new CallStream(exchange.response(), cancellation, false);
    try {
      run(
          exchange,
          stream,
          _ -> {
            var dialogue = dialogue(exchange, request, stream, Optional.of(session));
            return told(
                exchange,
                request,
                () ->
                    message(
                        exchange,
                        notices.answer(
                            exchange, dialogue, () -> ask(exchange, request, dialogue))));
          });
    } finally {
      session.end(request.id(), cancellation);
    }
  }

  /** Something that has an answer, and a stream until then. */
  @FunctionalInterface
  private interface Answering {
    HttpAnswer on(CallStream stream);
  }

  /** By which what this request asks for is given up. */
  private static Cancellation cancellation(Exchange exchange) {
    return exchange.caller().presence().cancellation();
  }

  private void stream(Exchange exchange, Cancellation cancellation, Answering answering) {
    run(exchange, new CallStream(exchange.response(), cancellation, true), answering);
  }

  private void run(Exchange exchange, CallStream stream, Answering answering) {
    try (stream) {
      if (exchange.accepts().stream()) {
        streams.watch(stream);
      }
      try {
        stream.finish(answering.on(stream));
      } finally {
        streams.forget(stream);
      }
    }
  }

  private static Conversation dialogue(
      Exchange exchange, RpcMessage.Request request, CallStream stream, Optional<Session> session) {
    boolean streams = exchange.accepts().stream();
    var client = session.isPresent() && streams ? exchange.client() : exchange.client().unasked();
    return new Dialogue(
        stream,
        client,
        token(exchange, request.params()),
        streams && takesLog(exchange),
        exchange.revision().isStateless(),
        streams ? session : Optional.empty());
  }

  /** Whether a client is told what servers log: one without sessions has to say so each time. */
  private static boolean takesLog(Exchange exchange) {
    return !exchange.revision().isStateless() || exchange.client().logLevel().isPresent();
  }

  private static Optional<JsonNode> token(Exchange exchange, ObjectNode params) {
    return Optional.ofNullable(params.path("_meta").get(Meta.PROGRESS_TOKEN))
        .filter(RpcMessage::isName)
        .filter(_ -> exchange.accepts().stream());
  }

  private HttpAnswer answer(
      Exchange exchange, RpcMessage.Request request, Conversation conversation) {
    return told(
        exchange,
        request,
        () -> ask(exchange, request, conversation, answer -> message(exchange, answer)));
  }

  private ServerAnswer ask(
      Exchange exchange, RpcMessage.Request request, Conversation conversation) {
    return ask(exchange, request, conversation, Function.identity());
  }

  private <T> T ask(
      Exchange exchange,
      RpcMessage.Request request,
      Conversation conversation,
      Function<ServerAnswer, T> form) {
    var caller = exchange.caller();
    var server = exchange.server();
    var params = request.params();
    if (request.method().equals(Methods.CALL_TOOL)) {
      return broker.call(caller, server, CallParams.toolCall(exchange, params), conversation, form);
    }
    var item = CallParams.itemRequest(request.method(), params);
    return form.apply(broker.ask(caller, server, item, conversation));
  }

  /** Answers a request of a client that can be asked for something by the answer. */
  private void park(Exchange exchange, HeldRequests.Come come) {
    var request = come.request();
    var state = request.params().path("requestState").asText("");
    var key = ParkedCalls.Key.of(exchange, request);
    if (ParkedCalls.isHandle(state)) {
      goOn(exchange, come, () -> parked.find(key, state));
    } else {
      var call = new ParkedCall(parked, key, exchange.client());
      call.servedFor(exchange.caller().presence());
      stream(
          exchange,
          call.cancellation(),
          stream -> {
            var leg = leg(exchange, request, stream);
            return told(
                exchange,
                request,
                () ->
                    message(
                        exchange,
                        call.begin(
                            leg,
                            conversation ->
                                decided(
                                    exchange,
                                    come,
                                    conversation.cancellation(),
                                    () -> ask(exchange, request, conversation)))));
          });
    }
  }

  /**
   * Goes on with a call that waited, which is decided anew. That none waits is on record, too.
   *
   * @param found the call, as long as it waits
   */
  private void goOn(
      Exchange exchange, HeldRequests.Come come, Supplier<Optional<ParkedCall>> found) {
    var request = come.request();
    var waiting = found.get();
    waiting.ifPresent(call -> call.servedFor(exchange.caller().presence()));
    stream(
        exchange,
        waiting.map(ParkedCall::cancellation).orElseGet(() -> cancellation(exchange)),
        stream -> {
          var leg = leg(exchange, request, stream);
          return told(
              exchange,
              request,
              () -> {
                try {
                  return message(
                      exchange,
                      decided(
                          exchange,
                          come,
                          stream.cancellation(),
                          () -> resume(exchange, request, found.get(), leg)));
                } catch (Refusal refusal) {
                  if (isForGood(refusal.code())) {
                    waiting.ifPresent(ParkedCall::giveUpIfWaiting);
                  }
                  throw refusal;
                }
              });
        });
  }

  /**
   * What is left of a call that waits.
   *
   * @param waiting empty if none does
   */
  private record Waited(Optional<ParkedCall> waiting, ParkedCall.Leg leg, JsonNode responses)
      implements Rest {
    @Override
    public Optional<Refusal> over() {
      return waiting.isPresent() ? Optional.empty() : Optional.of(nothingWaits());
    }

    @Override
    public ServerAnswer done() {
      return waiting.orElseThrow(ServerRequests::nothingWaits).next(leg, responses);
    }
  }

  /** The answer to a request, after what there is to wait for if it was held. */
  private ServerAnswer decided(
      Exchange exchange,
      HeldRequests.Come come,
      Cancellation cancellation,
      Supplier<ServerAnswer> ask) {
    var owner = exchange.caller().principal().owner();
    return waits.answer(owner, come.again(), cancellation, ask);
  }

  private static ParkedCall.Leg leg(
      Exchange exchange, RpcMessage.Request request, CallStream stream) {
    boolean streams = exchange.accepts().stream();
    return new ParkedCall.Leg(
        stream, token(exchange, request.params()), streams && takesLog(exchange));
  }

  private static Refusal nothingWaits() {
    return new Refusal(
        RefusalCode.MALFORMED_REQUEST,
        "Nothing waits for this request: it took too long, or something in it changed. Begin"
            + " again.");
  }

  /** Whether the caller may not do this any more, or does not want to. */
  private static boolean isForGood(RefusalCode code) {
    return switch (code) {
      case FORBIDDEN, UNKNOWN_TOOL, UNKNOWN_PROMPT, UNKNOWN_URI, APPROVAL_WITHDRAWN -> true;
      default -> false;
    };
  }

  private ServerAnswer resume(
      Exchange exchange,
      RpcMessage.Request request,
      Optional<ParkedCall> waiting,
      ParkedCall.Leg leg) {
    var caller = exchange.caller();
    var server = exchange.server();
    var params = request.params();
    var rest = new Waited(waiting, leg, params.path("inputResponses"));
    return request.method().equals(Methods.CALL_TOOL)
        ? broker.resume(caller, server, CallParams.toolCall(exchange, params), rest)
        : broker.resume(caller, server, CallParams.itemRequest(request.method(), params), rest);
  }

  /**
   * The answer to a request in the words of MCP. Of one that a person has to decide first, a client
   * is told so that can come again.
   */
  private HttpAnswer told(
      Exchange exchange, RpcMessage.Request request, Supplier<HttpAnswer> answer) {
    try {
      return answer.get();
    } catch (Refusal refusal) {
      return held.wish(exchange, request, refusal)
          .map(wish ->
              HttpAnswer.of(
                  RpcMessage.response(exchange.id(), McpMethods.complete(exchange, wish))))
          .orElseGet(() -> refused(exchange, request, refusal));
    }
  }

  private HttpAnswer refused(Exchange exchange, RpcMessage.Request request, Refusal refusal) {
    return switch (request.method()) {
      case Methods.CALL_TOOL -> refused.answerCall(exchange, refusal);
      case Methods.COMPLETE -> refused.answerCompletion(exchange, refusal);
      default -> refused.answer(exchange, refusal, request.params().path("uri").asText());
    };
  }

  private static HttpAnswer message(Exchange exchange, ServerAnswer answer) {
    return switch (answer) {
      case ServerAnswer.Result(var result) ->
          HttpAnswer.of(
              RpcMessage.response(
                  exchange.id(),
                  McpMethods.complete(exchange, ResultBridge.onto(exchange.revision(), result))));
      case ServerAnswer.Failure(var error) -> {
        var bridged = ErrorBridge.onto(exchange.revision(), error);
        yield HttpAnswer.of(
            ErrorBridge.status(exchange.revision(), bridged),
            RpcMessage.failure(exchange.id(), bridged),
            Map.of());
      }
      case ServerAnswer.Cancelled(var why) -> Refusals.cancelled(exchange, why);
    };
  }
}
