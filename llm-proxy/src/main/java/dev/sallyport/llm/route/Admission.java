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
    private final Candidate candidate;
    private final List<CircuitBreaker> breakers;
    private final Consumer<Failure> parking;
    private final Speeds speeds;
    private final long since = System.nanoTime();

    Admitted(
        Candidate candidate,
        List<CircuitBreaker> breakers,
        Consumer<Failure> parking,
        Speeds speeds) {
      this.candidate = candidate;
      this.breakers = breakers;
      this.parking = parking;
      this.speeds = speeds;
    }

    public Candidate candidate() {
      return candidate;
    }

    /** Says that the first of a streamed answer is there. That is no report. */
    public void began() {
      speeds.began(candidate.deployment().name(), System.nanoTime() - since);
    }

    /**
     * Says that the answer is whole. That is no report.
     *
     * @param told what its provider told of it
     */
    public void answered(boolean streamed, Served told) {
      long tokens = told.usage().map(Usage::out).orElse(0L);
      speeds.answered(candidate.deployment().name(), streamed, System.nanoTime() - since, tokens);
    }

    /** Says that it was well. */
    public void succeeded() {
      breakers.forEach(one -> one.onSuccess(0, TimeUnit.NANOSECONDS));
    }

    /** Says that it failed. */
    public void failed(Failure failure) {
      if (failure.kind().fault()) {
        var fault = new IllegalStateException("an attempt failed");
        breakers.forEach(one -> one.onError(0, TimeUnit.NANOSECONDS, fault));
      } else {
        abandoned();
      }
      parking.accept(failure);
    }

    /** Says that it was given up, which speaks neither for nor against it. */
    public void abandoned() {
      breakers.forEach(CircuitBreaker::releasePermission);
    }
  }
}
