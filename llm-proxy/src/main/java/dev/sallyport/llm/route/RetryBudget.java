package dev.sallyport.llm.route;

import java.time.InstantSource;

/** Bounds how much load repeated attempts add, over ten seconds that slide by one. Thread-safe. */
public final class RetryBudget {
  private static final int SECONDS = 10;

  private final RetryRules rules;
  private final InstantSource clock;
  private final long[] second = new long[SECONDS];
  private final long[] calls = new long[SECONDS];
  private final long[] repeats = new long[SECONDS];

  public RetryBudget(RetryRules rules, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
  }

  /** Counts a call. */
  public synchronized void called() {
    calls[slot()]++;
  }

  /** Takes one repeated attempt, if there may be one. */
  public synchronized boolean take() {
    int now = slot();
    long called = 0;
    long repeated = 0;
    for (int i = 0; i < SECONDS; i++) {
      if (second[now] - second[i] < SECONDS) {
        called += calls[i];
        repeated += repeats[i];
      }
    }
    if (repeated >= Math.max(rules.repeatsAlways(), called * rules.repeatsPercent() / 100)) {
      return false;
    }
    repeats[now]++;
    return true;
  }

  private int slot() {
    long at = clock.instant().getEpochSecond();
    int slot = (int) Math.floorMod(at, (long) SECONDS);
    if (second[slot] != at) {
      second[slot] = at;
      calls[slot] = 0;
      repeats[slot] = 0;
    }
    return slot;
  }
}
