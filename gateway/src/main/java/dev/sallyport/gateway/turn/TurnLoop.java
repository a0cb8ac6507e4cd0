package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Refusal;
import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Runs whole agent turns: the model is asked, the tools that it wants are called, and so on until
 * it answers, wants a tool of the caller's own, or reaches a bound.
 *
 * <p>Every model call and every tool call goes its usual way, with the caller's own identity: a
 * turn can do nothing that its caller could not do alone. Thread-safe; a turn runs on its caller's
 * thread.
 */
public final class TurnLoop {
  private final TurnModel model;
  private final TurnTools tools;
  private final TurnRendering rendering;
  private final TurnLimits limits;
  private final InstantSource clock;
  private final RandomGenerator random;

  public TurnLoop(
      TurnModel model,
      TurnTools tools,
      TurnRendering rendering,
      TurnLimits limits,
      InstantSource clock,
      RandomGenerator random) {
    this.model = model;
    this.tools = tools;
    this.rendering = rendering;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Runs a turn to its end.
   *
   * @param sink told of everything as it happens; nothing before the model's first answer begins
   * @return the whole response, as the Responses API gives it
   * @throws Refusal if the turn was refused before anything was given to the sink
   * @throws IOException if the sink took no more
   */
  public ObjectNode run(Caller caller, TurnRequest request, TurnSink sink) throws IOException {
    var bounds =
        request.maxToolCalls().isPresent()
            ? limits.withToolCalls(request.maxToolCalls().getAsInt())
            : limits;
    var suffix = "%016x%016x".formatted(random.nextLong(), random.nextLong());
    var writer = new ResponseWriter(sink, suffix, clock.instant(), request);
    var run =
        new TurnRun(caller, request, bounds, new Ports(model, tools, rendering), clock, writer);
    try {
      run.toTheEnd();
    } catch (Refusal refusal) {
      if (!writer.committed()) {
        throw refusal;
      }
      run.fail(refusal);
    }
    return writer.response();
  }

  /** What a turn reaches the world by. */
  record Ports(TurnModel model, TurnTools tools, TurnRendering rendering) {}
}
