package dev.sallyport.llm.route;

import dev.sallyport.llm.spi.Failure;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

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
    private final BiConsumer<Candidate, Failure> parking;

    Admitted(
        Candidate candidate,
        List<CircuitBreaker> breakers,
        BiConsumer<Candidate, Failure> parking) {
      this.candidate = candidate;
      this.breakers = breakers;
      this.parking = parking;
    }

    public Candidate candidate() {
      return candidate;
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
      parking.accept(candidate, failure);
    }

    /** Says that it was given up, which speaks neither for nor against it. */
    public void abandoned() {
      breakers.forEach(CircuitBreaker::releasePermission);
    }
  }
}
