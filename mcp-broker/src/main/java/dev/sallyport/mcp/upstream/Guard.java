package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps one bad server from hurting the rest: it bounds the calls under way, and stops calling for
 * a while once most calls find no server.
 */
public final class Guard {
  private static final int WINDOW = 20;
  private static final int LEAST_CALLS = 10;
  private static final int TRIALS = 3;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Bulkhead bulkhead;
  private final CircuitBreaker breaker;
  private final Duration pause;

  /**
   * A guard of one server.
   *
   * @param maxConcurrent the most calls under way at once
   * @param pause how long no call is made once most of them failed
   */
  public Guard(String server, int maxConcurrent, Duration pause) {
    this.pause = pause;
    bulkhead =
        Bulkhead.of(
            server,
            BulkheadConfig.custom()
                .maxConcurrentCalls(maxConcurrent)
                .maxWaitDuration(Duration.ZERO)
                .build());
    breaker =
        CircuitBreaker.of(
            server,
            CircuitBreakerConfig.custom()
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(LEAST_CALLS)
                .permittedNumberOfCallsInHalfOpenState(TRIALS)
                .waitDurationInOpenState(pause)
                .build());
  }

  /**
   * Makes a call.
   *
   * @throws Refusal with RATE_LIMITED if too many are under way, with UPSTREAM_UNAVAILABLE while
   *     none is made, or whatever the call itself throws
   */
  public <T> T run(Supplier<T> call) {
    if (!bulkhead.tryAcquirePermission()) {
      throw new Refusal(RefusalCode.RATE_LIMITED).retryAfter(RETRY_AFTER);
    }
    try {
      if (!breaker.tryAcquirePermission()) {
        throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE).retryAfter(pause);
      }
      return counted(call);
    } finally {
      bulkhead.onComplete();
    }
  }

  private <T> T counted(Supplier<T> call) {
    long started = System.nanoTime();
    boolean counted = false;
    try {
      var answer = call.get();
      breaker.onSuccess(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      counted = true;
      return answer;
    } catch (Refusal refusal) {
      if (isNoServer(refusal.code())) {
        breaker.onError(System.nanoTime() - started, TimeUnit.NANOSECONDS, refusal);
        counted = true;
      }
      throw refusal;
    } finally {
      if (!counted) {
        breaker.releasePermission();
      }
    }
  }

  private static boolean isNoServer(RefusalCode code) {
    return code == RefusalCode.UPSTREAM_UNAVAILABLE || code == RefusalCode.UPSTREAM_TIMEOUT;
  }
}
