package dev.sallyport.llm;

import dev.sallyport.identity.action.CredentialUse;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.reasoning.Issuer;
import dev.sallyport.llm.reasoning.Replay;
import dev.sallyport.llm.route.Candidate;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.upstream.Upstreams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sends reasoning that a request repeats to whoever gave it, and to nobody else. For one thread.
 */
final class ReasoningRule {
  /** Nobody was asked, for none of those who could be had given the reasoning. */
  static final Failure OF_ANOTHER =
      Failure.of(
          new CannotCarryException(
              "The reasoning in this request was given by a deployment that cannot be asked now."
                  + " Ask again later, or leave the reasoning out."));

  private final Upstreams upstreams;
  private final Replay replay;
  private final boolean strip;

  /**
   * A rule for one request.
   *
   * @param strip whether the others are asked without it, or not at all
   */
  ReasoningRule(Upstreams upstreams, Replay replay, boolean strip) {
    this.upstreams = upstreams;
    this.replay = replay;
    this.strip = strip;
  }

  /** The same deployments, whoever gave the latest of the reasoning first. */
  static List<Deployment> giverFirst(Replay replay, List<Deployment> deployments) {
    var latest = replay.latest().map(Issuer::deployment);
    if (latest.isEmpty()) {
      return deployments;
    }
    var ordered = new ArrayList<>(deployments);
    ordered.sort(Comparator.comparing(one -> !one.name().equals(latest.get())));
    return ordered;
  }

  /** Of the candidates of one deployment those that may be asked, whoever gave it first. */
  List<Candidate> suiting(List<Candidate> candidates) {
    var latest = replay.latest();
    if (latest.isEmpty()) {
      return candidates;
    }
    return candidates.stream()
        .filter(one -> strip || !replay.isOfAnotherThan(issuer(one), restores(one)))
        .sorted(Comparator.comparing(one -> !issuer(one).equals(latest.get())))
        .toList();
  }

  /** What a candidate is asked. */
  Errand errand(Candidate candidate, ModelRequest request, Attempt attempt) {
    var deployment = candidate.deployment();
    var adapter = upstreams.adapter(deployment);
    var issuer = issuer(candidate);
    boolean restored = restores(candidate);
    if (!replay.isOfAnotherThan(issuer, restored)) {
      var whole = request.translatedAs(replay.request(restored));
      return new Errand(deployment, issuer, adapter, whole, attempt, List.of());
    }
    var rest = request.seenAs(replay.onlyOf(issuer, restored));
    var named =
        replay.isOfAnotherThan(issuer, false)
            ? List.of("reasoning_details")
            : List.<String>of(); // the caller does not know of it
    return new Errand(deployment, issuer, adapter, rest, attempt, named);
  }

  private boolean restores(Candidate candidate) {
    var deployment = candidate.deployment();
    return upstreams.adapter(deployment).replaysReasoning(deployment.site());
  }

  private static Issuer issuer(Candidate candidate) {
    return new Issuer(
        candidate.deployment().name(), candidate.use().map(CredentialUse::credential));
  }
}
