package dev.sallyport.identity.delegation;

import dev.sallyport.identity.PrincipalId;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** How often each agent may ask for tokens: so many times a minute. Thread-safe. */
final class ExchangeRate {
  /** The most requests of one agent in a minute. */
  static final int PER_MINUTE = 300;

  /** The most requests of all agents in a minute: each makes a record of evidence. */
  static final int OF_ALL = 6_000;

  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final InstantSource clock;

  private Instant windowStart = Instant.MIN;
  private int ofAll;
  private final Map<PrincipalId, Integer> ofOne = new HashMap<>();

  ExchangeRate(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Counts a request.
   *
   * @throws Refusal with RATE_LIMITED if it is one too many
   */
  synchronized void admit(PrincipalId agent) {
    var now = clock.instant();
    if (windowStart.equals(Instant.MIN)
        || Duration.between(windowStart, now).abs().compareTo(WINDOW) >= 0) {
      windowStart = now;
      ofAll = 0;
      ofOne.clear();
    }
    int own = ofOne.getOrDefault(agent, 0);
    if (own >= PER_MINUTE || ofAll >= OF_ALL) {
      throw new Refusal(RefusalCode.RATE_LIMITED, "Too many tokens at once. Keep those you have.")
          .retryAfter(WINDOW);
    }
    ofAll++;
    ofOne.put(agent, own + 1);
  }
}
