package dev.sallyport.identity.action;

import java.time.Duration;

/** Is told of every attempt, for metrics. Must not block or throw. */
public interface ActionListener {
  /** An attempt ended. */
  void ended(Action action, Outcome outcome, Duration took);
}
