package dev.sallyport.llm.upstream;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One circuit breaker for each deployment, by name. Thread-safe. */
final class Breakers {
  private static final int WINDOW = 20;
  private static final int MINIMUM_CALLS = 5;
  private static final Duration OPEN = Duration.ofSeconds(30);

  private final ConcurrentHashMap<String, CircuitBreaker> byName = new ConcurrentHashMap<>();
  private final CircuitBreakerConfig config;

  Breakers(InstantSource clock) {
    config =
        CircuitBreakerConfig.custom()
            .slidingWindow(
                WINDOW,
                MINIMUM_CALLS,
                CircuitBreakerConfig.SlidingWindowType.COUNT_BASED,
                CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.LOCK_FREE)
            .failureRateThreshold(50)
            .waitDurationInOpenState(OPEN)
            .permittedNumberOfCallsInHalfOpenState(1)
            .maxWaitDurationInHalfOpenState(Duration.ofMinutes(15))
            .clock(clock.withZone(ZoneOffset.UTC))
            .currentTimestampFunction(_ -> clock.millis(), TimeUnit.MILLISECONDS)
            .build();
  }

  CircuitBreaker of(String deployment) {
    var known = byName.get(deployment); // takes no lock
    return known != null
        ? known
        : byName.computeIfAbsent(deployment, name -> CircuitBreaker.of(name, config));
  }
}
