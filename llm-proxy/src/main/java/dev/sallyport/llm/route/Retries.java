package dev.sallyport.llm.route;

import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What bounds the attempts of all calls together. Thread-safe. */
public final class Retries {
  private final RetryRules rules;
  private final RetryBudget budget;
  private final Pause pause;
  private final RandomGenerator random;

  /**
   * What bounds them.
   *
   * @param random thread-safe
   */
  public Retries(RetryRules rules, InstantSource clock, Pause pause, RandomGenerator random) {
    this.rules = rules;
    this.budget = new RetryBudget(rules, clock);
    this.pause = pause;
    this.random = random;
  }

  public RetryRules rules() {
    return rules;
  }

  /** The attempts of one call that has so much time. */
  public Tries begin(Duration time) {
    budget.called();
    return new Tries(rules, budget, pause, random, System.nanoTime() + time.toNanos());
  }
}
