package dev.sallyport.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Action;
import dev.sallyport.identity.action.ActionPath;
import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.identity.action.Target;
import dev.sallyport.llm.ModelCall.Asked;
import dev.sallyport.llm.budget.Spending;
import dev.sallyport.llm.catalog.Catalog;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.ChatRequest;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.WireJson;
import dev.sallyport.llm.upstream.Upstreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Answers requests in OpenAI's chat form by whichever deployment stands behind the alias asked for.
 *
 * <p>Every call is an {@link Action} on the alias: decided, written down, then held against the
 * budget, tried deployment by deployment, billed, and written down again before its answer is
 * given. Thread-safe; calls block and are meant for virtual threads.
 */
public final class LlmProxy implements AutoCloseable {
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final ActionPath path;
  private final Catalog catalog;
  private final Upstreams upstreams;
  private final Spending spending;
  private final InstantSource clock;
  private final LlmConfig config;
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
    this.spending = spending;
    this.clock = clock;
    this.config = config;
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
    var answer = answer(caller, ChatRequest.of(chatRequest), cancellation);
    try {
      return WireJson.object(answer.body());
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
    var request = ChatRequest.of(chatRequest);
    if (!request.streamed()) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, "\"stream\" must be true for a stream.");
    }
    var client = new ClientStream(new ChunkSink(sink), cancellation, config.heartbeat());
    switch (run(caller, request, client)) {
      case StreamEnd.Whole() -> {}
      case StreamEnd.Broken(Refusal why) -> throw why;
      case StreamEnd.GivenUp(var why) -> throw new CallCancelledException(why);
      case StreamEnd.Left(IOException how) ->
          throw how.getCause() instanceof IOException own ? own : how;
    }
  }

  /**
   * Asks a model and waits for the whole answer, as bytes.
   *
   * @throws Refusal if there is no answer
   */
  public Answer answer(Caller caller, ChatRequest request) {
    return answer(caller, request, new Cancellation());
  }

  private Answer answer(Caller caller, ChatRequest request, Cancellation cancellation) {
    if (request.streamed()) {
      throw new Refusal(RefusalCode.MALFORMED_REQUEST, "\"stream\" must not be true here.");
    }
    var deployments = catalog.deployments(request.model());
    var call = call(new Asked(request, deployments, cancellation));
    return path.perform(action(caller, request, deployments), call::answer)
        .orElseThrow(() -> new CallCancelledException(cancellation.why().orElseThrow()));
  }

  /**
   * Asks a model and relays its answer as server-sent events. Whatever happens after the head was
   * sent ends in an event that says so; the event that says that the answer is whole goes out only
   * when the outcome is durable.
   *
   * @throws Refusal if there is no answer and the head was not sent
   */
  public void relay(Caller caller, ChatRequest request, StreamSink sink) {
    var client = new ClientStream(sink, new Cancellation(), config.heartbeat());
    try {
      switch (run(caller, request, client)) {
        case StreamEnd.Whole() -> client.event(DONE);
        case StreamEnd.Broken(Refusal why) -> client.event(brokenOff(why, request));
        case StreamEnd.Left _, StreamEnd.GivenUp _ -> {}
      }
    } catch (Refusal refusal) {
      if (!client.isOpened()) {
        throw refusal;
      }
      tell(client, brokenOff(refusal, request));
    } catch (ClientGoneException _) {
      return; // the outcome is written, and nobody waits for the last frame
    }
  }

  /** The aliases that the caller may use, sorted. */
  public List<String> models(Caller caller) {
    var authority = path.authority();
    return catalog.aliases().stream()
        .filter(alias -> authority.visible(caller.principal(), new Target.Model(alias)))
        .toList();
  }

  private StreamEnd run(Caller caller, ChatRequest request, ClientStream client) {
    var deployments = catalog.deployments(request.model());
    var call = call(new Asked(request, deployments, client.cancellation()));
    var streamed = new StreamedCall(call, upstreams, client);
    try (var _ = heartbeats.of(client)) {
      return path.perform(action(caller, request, deployments), streamed::run);
    }
  }

  private ModelCall call(Asked asked) {
    return new ModelCall(upstreams, spending, clock, config, asked);
  }

  private Action action(Caller caller, ChatRequest request, List<Deployment> deployments) {
    var credentials =
        deployments.stream().flatMap(one -> upstreams.plan(one).stream()).distinct().toList();
    return new Action(
        caller, new Target.Model(request.model()), request.tree(), request.bytes(), credentials);
  }

  private byte[] brokenOff(Refusal refusal, ChatRequest request) {
    return ChatErrors.event(refusal, request.model(), clock.instant().getEpochSecond());
  }

  private static void tell(ClientStream client, byte[] event) {
    try {
      client.event(event);
    } catch (ClientGoneException _) {
      return; // nobody is there to be told
    }
  }

  @Override
  public void close() {
    heartbeats.close();
  }
}
