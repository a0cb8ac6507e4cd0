package dev.sallyport.llm;

import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.route.Admission.Shut;
import dev.sallyport.llm.route.Candidate;
import dev.sallyport.llm.route.Tale;
import dev.sallyport.llm.route.Tries;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Cure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.llm.upstream.Upstreams;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Tries deployments in order until one answers, or fails in a way that no other would mend. A
 * failure that may pass is tried once more where it happened; one of a credential with the next;
 * all others elsewhere. For one thread.
 */
final class Attempts {
  private static final Logger LOG = System.getLogger(Attempts.class.getName());

  private final Upstreams upstreams;
  private final Permit permit;
  private final Tries tries;
  private final Cancellation cancellation;
  private final Function<Deployment, List<Candidate>> candidates;
  private final UnaryOperator<List<Candidate>> suiting;
  private final Predicate<String> written;
  private final Tale tale;
  private final List<Later> later = new ArrayList<>();
  private Optional<Failure> attempted = Optional.empty();
  private Optional<Failure> shut = Optional.empty();
  private int made;

  /**
   * Attempts of one call.
   *
   * @param candidates the ways to ask a deployment, in order
   * @param suiting of the candidates of one deployment those that may be asked, in order
   * @param written whether the caller wrote some words
   */
  Attempts(
      Upstreams upstreams,
      Permit permit,
      Tries tries,
      Cancellation cancellation,
      Function<Deployment, List<Candidate>> candidates,
      UnaryOperator<List<Candidate>> suiting,
      Predicate<String> written) {
    this.candidates = candidates;
    this.suiting = suiting;
    this.written = written;
    this.upstreams = upstreams;
    this.permit = permit;
    this.tries = tries;
    this.cancellation = cancellation;
    this.tale = new Tale(permit.facts());
  }

  /**
   * The first answer.
   *
   * @throws AttemptFailedException with the failure that the caller is to know of: one that no
   *     other deployment would mend, or else the first
   * @throws ClientGoneException if there is nobody left to answer
   */
  <T> T first(List<Deployment> deployments, Ask<T> ask)
      throws AttemptFailedException, ClientGoneException {
    for (var deployment : deployments) {
      var answer = at(deployment, ask);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    var answer = inTime(ask);
    if (answer.isPresent()) {
      return answer.get();
    }
    throw new AttemptFailedException(
        attempted.or(() -> shut).orElseGet(() -> Failure.of(Kind.UNAVAILABLE)));
  }

  /** An answer of one deployment, with whichever credential. */
  private <T> Optional<T> at(Deployment deployment, Ask<T> ask)
      throws AttemptFailedException, ClientGoneException {
    var candidates = this.candidates.apply(deployment);
    if (candidates.isEmpty()) {
      tale.skipped(deployment, "credential_unavailable");
      shut = Optional.of(shut.orElse(Failure.of(Kind.CREDENTIAL_UNAVAILABLE)));
    }
    var suitable = suiting.apply(candidates);
    for (var candidate : candidates) {
      if (!suitable.contains(candidate)) {
        tale.skipped(candidate, "reasoning_of_another");
        shut = Optional.of(shut.orElse(ReasoningRule.OF_ANOTHER));
      }
    }
    for (var candidate : suitable) {
      var tried = once(candidate, ask);
      if (tried.cure() == Cure.AGAIN && tries.again(cancellation)) {
        tried = once(candidate, ask);
      }
      if (tried.answer().isPresent()) {
        return tried.answer();
      }
      if (tried.cure() == Cure.ELSEWHERE || tried.cure() == Cure.AGAIN) {
        break;
      }
    }
    return Optional.empty();
  }

  /** An answer of whoever wanted to be left alone for the shortest time, once that is over. */
  private <T> Optional<T> inTime(Ask<T> ask) throws AttemptFailedException, ClientGoneException {
    var soonest = later.stream().min(Comparator.comparing(Later::time));
    return soonest.isPresent() && tries.later(soonest.get().time(), cancellation)
        ? once(soonest.get().candidate(), ask).answer()
        : Optional.empty();
  }

  private <T> Tried<T> once(Candidate candidate, Ask<T> ask)
      throws AttemptFailedException, ClientGoneException {
    if (!tries.isLeft()) {
      tale.skipped(candidate, "no_attempt_left");
      return new Tried<>(Optional.empty(), Cure.ELSEWHERE);
    }
    return switch (upstreams.admit(permit, candidate)) {
      case Shut(var why, var failure, boolean ofCredential) -> {
        tale.skipped(candidate, why);
        shut = Optional.of(shut.orElse(failure));
        yield new Tried<>(Optional.empty(), ofCredential ? Cure.OTHER_CREDENTIAL : Cure.ELSEWHERE);
      }
      case Admitted admitted -> ask(admitted, ask);
    };
  }

  private <T> Tried<T> ask(Admitted admitted, Ask<T> ask)
      throws AttemptFailedException, ClientGoneException {
    tries.count();
    permit.facts().put("attempts", ++made);
    var candidate = admitted.candidate();
    boolean reported = false;
    try {
      var answer = ask.of(admitted);
      reported = true; // from here on by who asked
      tale.answered(candidate);
      return new Tried<>(Optional.of(answer), Cure.NONE);
    } catch (AttemptFailedException e) {
      var failure = e.failure().unlessWritten(written);
      admitted.failed(failure);
      reported = true;
      tale.failed(candidate, failure);
      passOn(candidate, failure);
      if (!failure.kind().elsewhere()) {
        throw failure.equals(e.failure()) ? e : new AttemptFailedException(failure);
      }
      attempted = Optional.of(attempted.orElse(failure));
      failure
          .retryAfter()
          .filter(_ -> failure.kind().cure() == Cure.LATER)
          .ifPresent(wait -> later.add(new Later(candidate, wait)));
      return new Tried<>(Optional.empty(), failure.kind().cure());
    } finally {
      if (!reported) {
        admitted.abandoned();
      }
    }
  }

  /** The provider's own words go to those who run Sallyport, and to nobody else. */
  void passOn(Candidate candidate, Failure failure) {
    if (failure.complaint().isPresent()) {
      var complaint = failure.complaint().get();
      complaint.code().ifPresent(code -> permit.facts().put("provider_code", code));
      LOG.log(
          Level.INFO,
          "call {0}: deployment {1} gave no answer: {2} {3}: {4}",
          permit.callId(),
          candidate.deployment().name(),
          complaint.code().orElse("no code"),
          complaint.param().orElse(""),
          complaint.words());
    }
  }

  /** Asks one deployment. */
  @FunctionalInterface
  interface Ask<T> {
    T of(Admitted admitted) throws AttemptFailedException, ClientGoneException;
  }

  /** What came of it; without an answer, what may be done now. */
  private record Tried<T>(Optional<T> answer, Cure cure) {}

  private record Later(Candidate candidate, Duration time) {}
}
