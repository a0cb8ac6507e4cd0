package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.Owner;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps one bad server from hurting the rest, and one caller from taking all of a server: it bounds
 * the calls under way, of all and of each principal, and stops calling for a while once most calls
 * find no server, or one that lies. A call that waits for what a person says counts among those
 * that wait, of which there may be as many again. Thread-safe.
 */
public final class Guard {
  private static final int WINDOW = 20;
  private static final int LEAST_CALLS = 10;
  private static final int TRIALS = 3;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Bulkhead bulkhead;
  private final CircuitBreaker breaker;
  private final Duration pause;
  private final int maxConcurrent;
  private final int maxPerPrincipal;
  private final Semaphore waiting;
  private final Map<Owner, Integer> underWay = new ConcurrentHashMap<>();
  private final LongAdder full = new LongAdder();
  private final LongAdder share = new LongAdder();
  private final LongAdder open = new LongAdder();

  /**
   * A guard of one server.
   *
   * @param maxConcurrent the most calls under way at once
   * @param maxPerPrincipal the most of them of one principal
   * @param pause how long no call is made once most of them failed
   */
  public Guard(String server, int maxConcurrent, int maxPerPrincipal, Duration pause) {
    this.pause = pause;
    this.maxConcurrent = maxConcurrent;
    this.maxPerPrincipal = maxPerPrincipal;
    waiting = new Semaphore(maxConcurrent);
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
   * How it is now.
   *
   * @param underWay how many calls are
   * @param waiting how many wait for what a person says
   * @param refused how many were not made since the guard was made
   */
  public record State(Breaker breaker, int underWay, int waiting, Refused refused) {}

  /** Whether calls are made. */
  public enum Breaker {
    /** All are. */
    CLOSED,
    /** A few are, to see how they end. */
    HALF_OPEN,
    /** None is, for a while. */
    OPEN
  }

  /**
   * Calls that were not made.
   *
   * @param full because as many were under way as may be
   * @param share because as many of the same principal were
   * @param open because the server is left alone
   */
  public record Refused(long full, long share, long open) {}

  /** How it is now. */
  public State state() {
    int free = bulkhead.getMetrics().getAvailableConcurrentCalls();
    return new State(
        breakerState(),
        maxConcurrent - free,
        maxConcurrent - waiting.availablePermits(),
        new Refused(full.sum(), share.sum(), open.sum()));
  }

  private Breaker breakerState() {
    return switch (breaker.getState()) {
      case CLOSED, DISABLED, METRICS_ONLY -> Breaker.CLOSED;
      case HALF_OPEN -> Breaker.HALF_OPEN;
      case OPEN, FORCED_OPEN -> Breaker.OPEN;
    };
  }

  /**
   * Makes a call for a principal.
   *
   * @param call is given the conversation in which the server may ask
   * @throws Refusal with RATE_LIMITED if too many are under way, with UPSTREAM_UNAVAILABLE while
   *     none is made, or whatever the call itself throws
   */
  public <T> T run(Owner caller, Conversation conversation, Function<Conversation, T> call) {
    enter(caller);
    try {
      var place = new Place();
      var guarded = new GuardedConversation(conversation, place);
      return run(place, () -> call.apply(guarded), guarded::hasAsked);
    } finally {
      underWay.computeIfPresent(caller, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /**
   * Makes a call of our own.
   *
   * @throws Refusal as for calls of others
   */
  public <T> T run(Supplier<T> call) {
    return run(new Place(), call, () -> false);
  }

  private void enter(Owner caller) {
    var admitted = new AtomicBoolean();
    underWay.compute(
        caller,
        (_, known) -> {
          int count = known == null ? 0 : known;
          admitted.setPlain(count < maxPerPrincipal);
          return admitted.getPlain() ? count + 1 : count;
        });
    if (!admitted.getPlain()) {
      share.increment();
      throw rateLimited();
    }
  }

  private <T> T run(Place place, Supplier<T> call, BooleanSupplier askedAPerson) {
    if (!bulkhead.tryAcquirePermission()) {
      full.increment();
      throw rateLimited();
    }
    try {
      if (!breaker.tryAcquirePermission()) {
        open.increment();
        throw new Refusal(RefusalCode.UPSTREAM_UNAVAILABLE).retryAfter(pause);
      }
      return counted(call, askedAPerson);
    } finally {
      place.end();
    }
  }

  private static Refusal rateLimited() {
    return new Refusal(RefusalCode.RATE_LIMITED).retryAfter(RETRY_AFTER);
  }

  private <T> T counted(Supplier<T> call, BooleanSupplier askedAPerson) {
    long started = System.nanoTime();
    boolean counted = false;
    try {
      var answer = call.get();
      breaker.onSuccess(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      counted = true;
      return answer;
    } catch (Refusal refusal) {
      if (isFault(refusal.code(), askedAPerson.getAsBoolean())) {
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

  /** Whether the server is at fault; not where a person may have let the time pass. */
  private static boolean isFault(RefusalCode code, boolean askedAPerson) {
    return switch (code) {
      case UPSTREAM_UNAVAILABLE, UPSTREAM_MALFORMED, RESULT_TOO_LARGE -> true;
      case UPSTREAM_TIMEOUT -> !askedAPerson;
      default -> false;
    };
  }

  /** What a call takes: a place among those under way, or one among those that wait. */
  final class Place {
    private boolean isUnderWay = true;
    private boolean isWaiting;

    /** Goes to those that wait; false if they are too many. */
    boolean beginToWait() {
      if (!isWaiting && !waiting.tryAcquire()) {
        return false;
      }
      isWaiting = true;
      if (isUnderWay) {
        isUnderWay = false;
        bulkhead.onComplete();
      }
      return true;
    }

    /** Goes back if there is room; otherwise the call goes on from where it is. */
    void endWaiting() {
      if (bulkhead.tryAcquirePermission()) {
        isUnderWay = true;
        isWaiting = false;
        waiting.release();
      }
    }

    private void end() {
      if (isUnderWay) {
        bulkhead.onComplete();
      }
      if (isWaiting) {
        waiting.release();
      }
    }
  }
}
