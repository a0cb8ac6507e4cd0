package dev.sallyport.llm.route;

import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Served;
import dev.sallyport.llm.spi.Usage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Whether a candidate may be asked now. */
public sealed interface Admission {
  /**
   * It may not.
   *
   * @param why a stable name
   * @param failure what is told if nobody else answers
   * @param ofCredential whether the same deployment may be asked with another credential
   */
  record Shut(String why, Failure failure, boolean ofCredential) implements Admission {}

  /** It may. Just one report is to follow. For one thread. */
  final class Admitted implements Admission {
    /** What part of a stream's time its caller may take before that time says nothing. */
    private static final int MOST_PASSING = 8;

    private final Candidate candidate;
    private final List<CircuitBreaker> ofUpstream;
    private final List<CircuitBreaker> ofCredential;
    private final Consumer<Failure> parking;
    private final Speeds speeds;
    private final long since = System.nanoTime();
    private long untilBegun;

    Admitted(
        Candidate candidate,
        List<CircuitBreaker> ofUpstream,
        List<CircuitBreaker> ofCredential,
        Consumer<Failure> parking,
        Speeds speeds) {
      this.candidate = candidate;
      this.ofUpstream = ofUpstream;
      this.ofCredential = ofCredential;
      this.parking = parking;
      this.speeds = speeds;
    }

    public Candidate candidate() {
      return candidate;
    }

    /**
     * Says that the first of a streamed answer is there. That is no report, but the credential was
     * taken: others need not wait for the end to know it.
     */
    public void began() {
      untilBegun = System.nanoTime() - since;
      ofCredential.forEach(Admitted::succeeded);
      ofCredential.clear();
    }

    /**
     * Says that the whole answer came at once. That is no report.
     *
     * @param told what its provider told of it
     */
    public void answered(Served told) {
      speeds.answered(candidate.deployment().name(), System.nanoTime() - since, tokens(told));
    }

    /**
     * Says that a streamed answer came to its end. That is no report.
     *
     * @param passing for how long of that time, in nanoseconds, it was passed on to the caller:
     *     where that was long, the time says nothing of the provider
     */
    public void streamed(Served told, long passing) {
      long nanos = System.nanoTime() - since;
      boolean blocked = passing > nanos / MOST_PASSING;
      speeds.streamed(candidate.deployment().name(), untilBegun, nanos, blocked ? 0 : tokens(told));
    }

    private static long tokens(Served told) {
      return told.usage().map(Usage::out).orElse(0L);
    }

    /** Says that it was well. */
    public void succeeded() {
      ofUpstream.forEach(Admitted::succeeded);
      ofCredential.forEach(Admitted::succeeded);
    }

    private static void succeeded(CircuitBreaker breaker) {
      breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    /** Says that it failed. */
    public void failed(Failure failure) {
      if (failure.kind().fault()) {
        var fault = new IllegalStateException("an attempt failed");
        ofUpstream.forEach(one -> one.onError(0, TimeUnit.NANOSECONDS, fault));
        ofCredential.forEach(one -> one.onError(0, TimeUnit.NANOSECONDS, fault));
      } else {
        abandoned();
      }
      parking.accept(failure);
    }

    /** Says that it was given up, which speaks neither for nor against it. */
    public void abandoned() {
      ofUpstream.forEach(CircuitBreaker::releasePermission);
      ofCredential.forEach(CircuitBreaker::releasePermission);
    }
  }
}
