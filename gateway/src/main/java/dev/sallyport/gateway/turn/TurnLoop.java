package dev.sallyport.gateway.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Caller;
import dev.sallyport.identity.action.Cancellation;
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
  private final Ports ports;
  private final TurnLimits limits;
  private final TurnTimer timer;
  private final InstantSource clock;
  private final RandomGenerator random;

  public TurnLoop(
      Ports ports,
      TurnLimits limits,
      TurnTimer timer,
      InstantSource clock,
      RandomGenerator random) {
    this.ports = ports;
    this.limits = limits;
    this.timer = timer;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Runs a turn to its end.
   *
   * @param cancellation by which the turn is given up; the loop itself does so when its time is
   *     over, and the turn then ends as incomplete
   * @param sink told of everything as it happens; nothing before the model's first answer begins
   * @return the whole response, as the Responses API gives it
   * @throws Refusal if the turn was refused before anything was given to the sink
   * @throws IOException if the sink took no more, or the caller left
   */
  public ObjectNode run(
      Caller caller, TurnRequest request, Cancellation cancellation, TurnSink sink)
      throws IOException {
    var bounds =
        request.maxToolCalls().isPresent()
            ? limits.withToolCalls(request.maxToolCalls().getAsInt())
            : limits;
    var suffix = "%016x%016x".formatted(random.nextLong(), random.nextLong());
    var writer = new ResponseWriter(sink, suffix, clock.instant(), request);
    var run = new TurnRun(caller, request, bounds, ports, cancellation, writer);
    try (var _ =
        timer.start(bounds.time(), () -> cancellation.cancel(Cancellation.Why.TIME_OVER))) {
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
  public record Ports(
      TurnModel model, TurnTools tools, TurnRendering rendering, TurnClient client) {}
}
