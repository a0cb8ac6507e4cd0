package dev.sallyport.llm.route;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Circuit breakers of one domain, by name. One that is open lets a single probe through when its
 * time is over. Thread-safe.
 */
final class Breakers {
  private static final Duration OPEN = Duration.ofSeconds(30);

  private final ConcurrentHashMap<String, CircuitBreaker> byName = new ConcurrentHashMap<>();
  private final CircuitBreakerConfig config;

  /**
   * Breakers that open where so many percent of the last calls were faults.
   *
   * @param window how many calls are looked at
   * @param minimum how many there must be
   */
  Breakers(InstantSource clock, int window, int minimum, int percent) {
    config =
        CircuitBreakerConfig.custom()
            .slidingWindow(
                window,
                minimum,
                SlidingWindowType.COUNT_BASED,
                SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
            .failureRateThreshold(percent)
            .waitDurationInOpenState(OPEN)
            .permittedNumberOfCallsInHalfOpenState(1)
            .maxWaitDurationInHalfOpenState(Duration.ofMinutes(15))
            .clock(clock.withZone(ZoneOffset.UTC))
            .currentTimestampFunction(_ -> clock.millis(), TimeUnit.MILLISECONDS)
            .build();
  }

  CircuitBreaker of(String name) {
    var known = byName.get(name); // takes no lock
    return known != null
        ? known
        : byName.computeIfAbsent(name, one -> CircuitBreaker.of(one, config));
  }
}
