package dev.sallyport.llm;

import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.llm.upstream.Upstreams;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tries deployments in order until one answers, or fails in a way that no other would mend. */
final class Attempts {
  private static final Logger LOG = System.getLogger(Attempts.class.getName());

  /** However many deployments an alias has. */
  private static final int MOST = 5;

  private final Upstreams upstreams;
  private final Permit permit;
  private int made;

  Attempts(Upstreams upstreams, Permit permit) {
    this.upstreams = upstreams;
    this.permit = permit;
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
    Optional<AttemptFailedException> told = Optional.empty();
    for (var deployment : deployments) {
      if (made == MOST || !upstreams.admit(deployment)) {
        continue;
      }
      permit.facts().put("attempts", ++made);
      boolean reported = false;
      try {
        var answer = ask.of(deployment);
        reported = true; // from here on by who asked
        return answer;
      } catch (AttemptFailedException e) {
        upstreams.failed(deployment, e.failure());
        reported = true;
        writeDown(deployment, e.failure());
        if (!e.failure().kind().elsewhere()) {
          throw e;
        }
        told = Optional.of(told.orElse(e));
      } finally {
        if (!reported) {
          upstreams.abandoned(deployment);
        }
      }
    }
    throw told.orElseGet(() -> new AttemptFailedException(Failure.of(Kind.UNAVAILABLE)));
  }

  /** The provider's own words go to those who run Sallyport, and to nobody else. */
  private void writeDown(Deployment deployment, Failure failure) {
    permit.facts().withArray("/failed").add(deployment.name() + ":" + label(failure));
    if (failure.complaint().isPresent()) {
      var complaint = failure.complaint().get();
      complaint.code().ifPresent(code -> permit.facts().put("provider_code", code));
      LOG.log(
          Level.INFO,
          "call {0}: deployment {1} gave no answer: {2} {3}: {4}",
          permit.callId(),
          deployment.name(),
          complaint.code().orElse("no code"),
          complaint.param().orElse(""),
          complaint.words());
    }
  }

  private static String label(Failure failure) {
    return failure.kind().name().toLowerCase(Locale.ROOT);
  }

  /** Asks one deployment. */
  @FunctionalInterface
  interface Ask<T> {
    T of(Deployment deployment) throws AttemptFailedException, ClientGoneException;
  }
}
