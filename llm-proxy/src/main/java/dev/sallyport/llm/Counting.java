package dev.sallyport.llm;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.ModelRequest;
import dev.sallyport.llm.spi.TokenCounter;
import dev.sallyport.llm.spi.TokenEstimate;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.llm.upstream.Bodies;
import dev.sallyport.llm.upstream.Upstreams;
import java.util.List;
import java.util.Optional;

/**
 * One permitted question how many tokens a request has: of the deployment that would be asked for
 * an answer first. Where its provider cannot be asked the count is an estimate, and says so.
 * Nothing of it is billed. For one thread.
 */
final class Counting {
  private final Upstreams upstreams;
  private final ModelCall call;
  private final boolean guessed;
  private final long maxResponseBytes;

  /**
   * A question.
   *
   * @param guessed whether no provider may see the request as it is
   */
  Counting(Upstreams upstreams, ModelCall call, boolean guessed, long maxResponseBytes) {
    this.upstreams = upstreams;
    this.call = call;
    this.guessed = guessed;
    this.maxResponseBytes = maxResponseBytes;
  }

  Performed<TokenCount> count(Permit permit) {
    call.requireKnown();
    permit.facts().put("counted", true);
    var first = call.asked().deployments().getFirst();
    var counter = guessed ? Optional.<TokenCounter>empty() : counter(first);
    if (counter.isEmpty()) {
      return estimate(permit);
    }
    try {
      return call.counts(permit)
          .first(List.of(first), admitted -> ask(permit, admitted, counter.get()));
    } catch (AttemptFailedException e) {
      if (e.failure().kind().elsewhere()) {
        return estimate(permit);
      }
      throw Refusals.of(e.failure(), request().chat());
    } catch (ClientGoneException | CallCancelledException e) {
      throw new IllegalStateException(e); // nobody can give it up
    }
  }

  private Optional<TokenCounter> counter(Deployment deployment) {
    return upstreams.adapter(deployment).counter(deployment.site());
  }

  private Performed<TokenCount> ask(Permit permit, Admitted admitted, TokenCounter counter)
      throws AttemptFailedException {
    var deployment = admitted.candidate().deployment();
    var wire = encode(permit, deployment, counter);
    try (var response =
        upstreams.send(
            permit,
            admitted.candidate(),
            wire,
            call.remaining(),
            call.remaining(),
            maxResponseBytes,
            call.asked().cancellation())) {
      var whole = Bodies.whole(response, call.deadline());
      if (whole.status() < 200 || whole.status() > 299) {
        throw new AttemptFailedException(Failure.of(whole));
      }
      long tokens = counter.decode(whole);
      admitted.succeeded();
      var head = call.head(permit, Optional.of(deployment), wire.dropped());
      return Performed.succeeded(new TokenCount(head, tokens, false));
    } catch (MalformedReplyException _) {
      throw new AttemptFailedException(Failure.of(Kind.MALFORMED));
    }
  }

  private WireRequest encode(Permit permit, Deployment deployment, TokenCounter counter)
      throws AttemptFailedException {
    try {
      return counter.encode(request(), call.attempt(permit, deployment));
    } catch (CannotCarryException e) {
      throw new AttemptFailedException(Failure.of(e));
    }
  }

  private Performed<TokenCount> estimate(Permit permit) {
    var head = call.head(permit, Optional.empty(), List.of());
    return Performed.succeeded(new TokenCount(head, TokenEstimate.of(request().chat()), true));
  }

  private ModelRequest request() {
    return call.asked().request();
  }
}
