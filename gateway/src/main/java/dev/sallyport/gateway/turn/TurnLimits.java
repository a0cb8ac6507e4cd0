package dev.sallyport.gateway.turn;

import java.time.Duration;

/**
 * How far one turn may go.
 *
 * @param modelCalls the most calls of the model, from 1
 * @param toolCalls the most calls of tools, from 0
 * @param time how long the whole turn may take
 */
public record TurnLimits(int modelCalls, int toolCalls, Duration time) {
  /** What holds where nothing else was set: 24 model calls, 64 tool calls, 5 minutes. */
  public static final TurnLimits DEFAULT = new TurnLimits(24, 64, Duration.ofMinutes(5));

  public TurnLimits {
    if (modelCalls < 1) {
      throw new IllegalArgumentException("modelCalls must be at least 1: " + modelCalls);
    }
    if (toolCalls < 0) {
      throw new IllegalArgumentException("toolCalls must not be negative: " + toolCalls);
    }
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("time must be positive: " + time);
    }
  }

  /** These limits with a lower one for tool calls, if the request asked for it. */
  TurnLimits withToolCalls(int asked) {
    return new TurnLimits(modelCalls, Math.min(toolCalls, asked), time);
  }
}
