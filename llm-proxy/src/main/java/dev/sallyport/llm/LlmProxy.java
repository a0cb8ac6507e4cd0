package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.catalog.Rates;
import dev.sallyport.llm.catalog.Tariff;
import dev.sallyport.llm.dialogue.Exchange;
import dev.sallyport.llm.route.Conversation;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.upstream.Upstreams;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers requests in OpenAI's chat form by whichever deployment stands behind the alias asked for.
 *
 * <p>Every call is an action on the alias: decided, written down, then held against the budget,
 * tried deployment by deployment, billed, and written down again before its answer is given.
 * Thread-safe; calls block and are meant for virtual threads.
 */
public final class LlmProxy implements AutoCloseable {
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final ActionPath path;
  private final Catalog catalog;
  private final Upstreams upstreams;
  private final Journey journey;
  private final InstantSource clock;
  private final LlmConfig config;
  private final Drains drains;
  private final Heartbeats heartbeats;

  public LlmProxy(
      ActionPath path,
      Catalog catalog,
      Upstreams upstreams,
      Spending spending,
      InstantSource clock,
      LlmConfig config) {
    this.path = path;
    this.catalog = catalog;
    this.upstreams = upstreams;
    this.journey = new Journey(path, catalog, upstreams, spending, clock, config);
    this.clock = clock;
    this.config = config;
    this.drains = new Drains(config.draining());
    this.heartbeats = new Heartbeats(config.heartbeat());
    heartbeats.every(SWEEP, spending::sweep);
  }

  /**
   * Asks a model and waits for the whole answer.
   *
   * @param chatRequest in OpenAI's chat form; its {@code model} is an alias
   * @param cancellation by which the call can be given up
   * @return in OpenAI's chat form
   * @throws Refusal if there is no answer
   * @throws CallCancelledException if the call was given up
   */
  public ObjectNode complete(Caller caller, ObjectNode chatRequest, Cancellation cancellation) {
    var request = ModelRequest.of(ChatRequest.of(chatRequest));
    var answer =
        answer(caller, request, conversation(caller, request), cancellation, Exchange.AS_IT_IS);
    return tree(answer.body());
  }

  /**
   * The tree of an answer in chat form.
   *
   * @throws Refusal with UPSTREAM_MALFORMED if it has none
   */
  public static ObjectNode tree(byte[] body) {
    try {
      return WireJson.object(body);
    } catch (MalformedReplyException _) {
      throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
    }
  }

  /**
   * Asks a model and gives each chunk of the answer on, on the caller's thread. Returns when the
   * answer is whole and its outcome durable.
   *
   * @param chatRequest in OpenAI's chat form, with {@code stream} true; its {@code model} is an
   *     alias
   * @param cancellation by which the call can be given up
   * @throws Refusal if there is no answer, or it breaks off
   * @throws CallCancelledException if the call was given up
   * @throws IOException the sink's own, if it takes no more
   */
  public void stream(
      Caller caller, ObjectNode chatRequest, Cancellation cancellation, ChatSink sink)
      throws IOException {
    stream(caller, ModelRequest.of(ChatRequest.of(chatRequest)), cancellation, sink);
  }

  /**
   * The same of a request in chat form with its headers.
   *
   * @throws Refusal if there is no answer, or it breaks off
   * @throws CallCancelledException if the call was given up
   * @throws IOException the sink's own, if it takes no more
   */
  public void stream(Caller caller, ModelRequest request, Cancellation cancellation, ChatSink sink)
      throws IOException {
    if (!request.chat().streamed()) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, "\"stream\" must be true for a stream.");
    }
    var client = new ClientStream(new ChunkSink(sink), cancellation, config.heartbeat());
    switch (run(caller, request, Exchange.AS_IT_IS, client)) {
      case StreamEnd.Whole _ -> {}
      case StreamEnd.Broken(Refusal why) -> throw why;
      case StreamEnd.GivenUp(var why) -> throw new CallCancelledException(why);
      case StreamEnd.Left(IOException how) ->
          throw how.getCause() instanceof IOException own ? own : how;
    }
  }

  /**
   * Asks a model, as often as the exchange wants, and waits for the whole answer.
   *
   * @throws Refusal if there is no answer
   */
  public Answer answer(Caller caller, ModelRequest request, Exchange exchange) {
    var cancellation = caller.presence().cancellation();
    var conversation = conversation(caller, request);
    var asked = request;
    try {
      while (true) {
        var answer = answer(caller, asked, conversation, cancellation, exchange);
        var next = exchange.goOn(cancellation);
        if (next.isEmpty()) {
          return answer;
        }
        asked = asked.seenAs(next.get());
      }
    } catch (CallCancelledException e) {
      throw e.why().refusal().<RuntimeException>map(refusal -> refusal).orElse(e);
    }
  }

  private Answer answer(
      Caller caller,
      ModelRequest request,
      Conversation conversation,
      Cancellation cancellation,
      Exchange exchange) {
    if (request.chat().streamed()) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, "\"stream\" must not be true here.");
    }
    return journey
        .of(caller, request, conversation, cancellation, exchange, ModelCall::answer)
        .orElseThrow(() -> new CallCancelledException(cancellation.why().orElseThrow()));
  }

  /**
   * Asks a model, as often as the exchange wants, and relays the answer as server-sent events.
   * Whatever happens after the head was sent ends in an event that says so; the event that says
   * that the answer is whole goes out only when the outcome is durable.
   *
   * @throws Refusal if there is no answer and the head was not sent
   */
  public void relay(Caller caller, ModelRequest request, Exchange exchange, StreamSink sink) {
    var client = new ClientStream(sink, caller.presence().cancellation(), config.heartbeat());
    try {
      switch (run(caller, request, exchange, client)) {
        case StreamEnd.Whole(var last) -> client.end(last);
        case StreamEnd.Broken(Refusal why) -> client.broken(why);
        case StreamEnd.GivenUp(var why) -> {
          if (why.refusal().isPresent()) {
            throw why.refusal().get();
          }
        }
        case StreamEnd.Left _ -> {}
      }
    } catch (Refusal refusal) {
      if (!client.isOpened()) {
        throw refusal;
      }
      tell(client, refusal);
    } catch (ClientGoneException _) {
      return; // the outcome is written, and nobody waits for the last frame
    }
  }

  /** How many streamed answers are under way, by what they are at. */
  public Map<StreamState, Long> streams() {
    var states = heartbeats.states();
    var counts = new EnumMap<StreamState, Long>(StreamState.class);
    for (var state : StreamState.values()) {
      counts.put(state, states.getOrDefault(state, 0L));
    }
    counts.put(StreamState.DRAINING, (long) drains.count());
    return counts;
  }

  /** The moment whose prices hold. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * How many tokens a request has. That is an attempt like any other, but costs nothing.
   *
   * @param watched whether no provider may see the request as it is
   * @throws Refusal if the caller may not ask the model
   */
  public TokenCount count(Caller caller, ModelRequest request, boolean watched) {
    return journey.of(
        caller,
        request,
        conversation(caller, request),
        caller.presence().cancellation(),
        Exchange.AS_IT_IS,
        (call, permit, _) ->
            new Counting(upstreams, call, watched, config.maxResponseBytes()).count(permit));
  }

  /** The aliases that the caller may use, sorted. */
  public List<String> models(Caller caller) {
    var authority = path.authority();
    return catalog.aliases().stream()
        .filter(alias -> authority.visible(caller.principal(), new Target.Model(alias)))
        .toList();
  }

  /** What the first deployment behind an alias costs now; empty if that is not known. */
  public Optional<Rates> rates(String alias) {
    return catalog.deployments(alias).stream()
        .findFirst()
        .flatMap(first -> first.price().at(clock.instant()))
        .filter(tariff -> !tariff.isCeiling())
        .map(Tariff::rates);
  }

  private StreamEnd run(
      Caller caller, ModelRequest request, Exchange exchange, ClientStream client) {
    try (var _ = heartbeats.of(client)) {
      var conversation = conversation(caller, request);
      var asked = request;
      while (true) {
        var end = round(caller, asked, conversation, exchange, client);
        if (!(end instanceof StreamEnd.Whole)) {
          return end;
        }
        var next = client.whileWaiting(() -> exchange.goOn(client.cancellation()));
        if (next.isEmpty()) {
          return end;
        }
        asked = asked.seenAs(next.get());
      }
    } catch (CallCancelledException e) {
      return new StreamEnd.GivenUp(e.why());
    }
  }

  private StreamEnd round(
      Caller caller,
      ModelRequest request,
      Conversation conversation,
      Exchange exchange,
      ClientStream client) {
    return journey.of(
        caller,
        request,
        conversation,
        client.cancellation(),
        exchange,
        (call, permit, _) -> new StreamedCall(call, client, exchange.gate(), drains).run(permit));
  }

  private static Conversation conversation(Caller caller, ModelRequest request) {
    return new Conversation(caller.principal().owner(), request);
  }

  private static void tell(ClientStream client, Refusal refusal) {
    try {
      client.broken(refusal);
    } catch (ClientGoneException _) {
      return; // nobody is there to be told
    }
  }

  @Override
  public void close() {
    heartbeats.close();
  }
}
